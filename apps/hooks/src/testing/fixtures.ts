import { readFileSync } from "node:fs";
import { join } from "node:path";

const folder = join(import.meta.dirname, "fixtures");

/** Where a recording lies: what both CLIs sent to hooks, and the transcripts of those sessions, with a person's paths put in. */
export function fixture(name: string): string {
  return join(folder, name);
}

/** One event as a CLI wrote it to standard input: the first that has what `has` says. */
export function recorded(client: "claude" | "codex", event: string, has: Record<string, unknown> = {}): string {
  const lines = readFileSync(fixture(`${client}-events.jsonl`), "utf8").trim().split("\n");
  const found = lines.find((line) => Object.entries({ hook_event_name: event, ...has }).every(([key, value]) => (JSON.parse(line) as Record<string, unknown>)[key] === value));
  if (found === undefined) throw new Error(`No ${event} of ${client} was recorded`);
  return found;
}
