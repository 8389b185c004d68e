import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { processesWith } from "@paios/shared/testing/processes";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { expect } from "vitest";
import { closeKb, openKb } from "../../packages/kb-server/src/kb.ts";
import { rememberLearning } from "../../packages/kb-server/src/memory/remember.ts";

export const entry = join(import.meta.dirname, "../../apps/hooks/dist/main.js");
/** A hook answers within its own two seconds and what it takes to start. */
const lateMs = 2_500;

/** What the CLIs send with each event, beside what all have. */
export const events: Record<string, object> = {
  SessionStart: { source: "startup" },
  UserPromptSubmit: { prompt: "Does the thermostat still read the outdoor sensor?" },
  PostToolUse: { tool_name: "WebFetch", tool_use_id: "t", tool_input: { url: "https://a.test/", prompt: "when" }, tool_response: { code: 200, url: "https://a.test/", result: "The valve opens at four degrees. ".repeat(20) } },
  PostToolUseFailure: { tool_name: "Bash", tool_use_id: "t", tool_input: { command: "npm test" }, error: "Exit code 1\n1 failed", is_interrupt: false },
  Stop: { last_assistant_message: "I created `src/report.ts`. Next I will run the tests.", stop_hook_active: false },
  PreCompact: { trigger: "auto" },
  SessionEnd: { reason: "other" },
};
export const names = Object.keys(events);
/** Those that read or write more than a file. */
export const speaking = ["SessionStart", "UserPromptSubmit", "Stop"];

/** A person's home, project and session. */
export interface Place {
  path: string;
  home: string;
  work: string;
  transcript: string;
  [Symbol.dispose]: () => void;
}

export function newPlace(): Place {
  const folder = temporaryFolder();
  const { path } = folder;
  const place: Place = {
    path,
    home: join(path, "paios"),
    work: join(path, "work"),
    transcript: join(path, "t.jsonl"),
    [Symbol.dispose]: () => {
      endWriters(place);
      folder[Symbol.dispose]();
    },
  };
  mkdirSync(place.work);
  writeFileSync(place.transcript, `${JSON.stringify({ type: "user", message: { role: "user", content: "Write the report" } })}\n`);
  return place;
}

/** The writers that hooks of this home started, and those that only just start. */
export function endWriters(place: Pick<Place, "home">): void {
  for (let found = writers(place); found.length > 0; found = writers(place)) {
    for (const pid of found) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It has gone by itself.
      }
    }
  }
}

function writers({ home }: Pick<Place, "home">): number[] {
  return processesWith(`PAIOS_HOME=${home}\0`).map(({ pid }) => pid);
}

/** A home whose knowledge base has one learning of this project. */
export async function knows({ home, work }: Place): Promise<void> {
  const kb = openKb(home);
  rememberLearning(kb, { title: "The thermostat reads the outdoor sensor", text: "## Found\n\n- The thermostat reads the outdoor sensor.", client: "claude", session: "before", transcript: "/t/before.jsonl", project: "work", tags: [], external: false, traceId: "0".repeat(32), place: { folder: work, remote: "", branch: "", files: [], commits: [] } }, Date.now());
  await closeKb(kb);
}

export interface Way {
  stdin?: (child: ReturnType<typeof spawn>, input: string) => void;
  env?: Record<string, string>;
  more?: object;
  cwd?: string;
  entry?: string;
  uid?: number;
}

interface Answer {
  code: number | null;
  stdout: string;
  stderr: string;
  ms: number;
}

/** One event of a session, as a CLI sends it. */
export async function hook({ home, path, work, transcript }: Place, event: string, { stdin, env = { PAIOS_HOME: home, HOME: path }, more = {}, cwd = work, entry: main = entry, uid }: Way = {}): Promise<Answer> {
  const input = JSON.stringify({ session_id: `s-${event}`, transcript_path: transcript, cwd: work, prompt_id: "p", hook_event_name: event, ...events[event], ...more });
  const started = performance.now();
  const child = spawn(process.execPath, [main, event], { cwd, env: { PATH: process.env["PATH"] ?? "", ...env }, ...(uid !== undefined && { uid, gid: uid }) });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (part: Buffer) => (stdout += part.toString()));
  child.stderr.on("data", (part: Buffer) => (stderr += part.toString()));
  child.stdin.on("error", () => {});
  if (stdin) stdin(child, input);
  else child.stdin.end(input);
  const { promise, resolve } = Promise.withResolvers<number | null>();
  child.on("close", resolve);
  const tooLate = setTimeout(() => child.kill("SIGKILL"), lateMs * 4);
  const code = await promise;
  clearTimeout(tooLate);
  child.stdin.destroy();
  return { code, stdout, stderr, ms: performance.now() - started };
}

const knownKeys = [["hookSpecificOutput"], ["decision", "reason"]];

/** Whatever happened, the session may not notice. */
export function expectQuiet({ code, stdout, stderr, ms }: Answer, event: string): void {
  expect([code, stderr], event).toEqual([0, ""]);
  expect(ms, event).toBeLessThan(lateMs);
  if (stdout === "") return;
  const answer = JSON.parse(stdout) as Record<string, unknown>;
  expect(knownKeys, event).toContainEqual(Object.keys(answer));
  if (answer["decision"] === undefined) expect(answer["hookSpecificOutput"], event).toEqual({ hookEventName: event, additionalContext: expect.any(String) as string });
  else expect(answer, event).toEqual({ decision: "block", reason: expect.any(String) as string });
}

interface Logged {
  action: string;
  status: string;
  category: string;
  metadata: Record<string, unknown>;
}

/** What hooks, and not the writer after them, said to the log. */
export function logged({ home }: Place): Logged[] {
  const spool = join(home, "spool");
  if (!existsSync(spool)) return [];
  return readdirSync(spool).filter((name) => name.endsWith(".ndjson")).flatMap((name) => readFileSync(join(spool, name), "utf8").trim().split("\n").filter(Boolean).map((line) => JSON.parse(line) as Logged)).filter(({ action }) => action !== "hook drain");
}

/** Each event in turn: quiet, and one event in the log, with what it says of an error where one is expected. */
export async function all(place: Place, way: Way, { only = names, error, silent = true }: { only?: readonly string[]; error?: Partial<Record<string, string>> | string; silent?: boolean } = {}): Promise<void> {
  for (const event of only) {
    const before = logged(place).length;
    const answer = await hook(place, event, way);
    expectQuiet(answer, event);
    if (silent && event !== "Stop") expect(answer.stdout, event).toBe("");
    const wrong = typeof error === "string" ? error : error?.[event];
    expect(logged(place).slice(before), event).toMatchObject([{ action: `hook ${event}`, category: "hook", status: wrong === undefined ? "ok" : "error", ...(wrong !== undefined && { metadata: { "error.type": wrong } }) }]);
  }
}

export function fill(path: string, bytes: number): void {
  const file = openSync(path, "w");
  try {
    for (let left = bytes; left > 0; left -= 4_096) writeSync(file, Buffer.alloc(4_096));
  } catch {
    // It is full.
  } finally {
    closeSync(file);
  }
}
