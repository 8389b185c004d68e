import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Whereabouts } from "@paios/kb-server/memory";
import type { HookInput } from "./input.ts";
import type { Kept } from "./policy.ts";

/** What a hook hands to the background. */
export type Item =
  | { kind: "session"; client: HookInput["client"]; session: string; transcript: string; at: Whereabouts; now: number }
  | { kind: "finding"; client: HookInput["client"]; session: string; kept: Kept; at: Pick<Whereabouts, "project" | "folder">; now: number };

export function queueOf(home: string): string {
  return join(home, "spool", "hooks");
}

export function lockOf(home: string): string {
  return join(queueOf(home), "drain.lock");
}

/** Stores an item and sees to it that somebody takes it: the writer in the background, started when none runs. The hook waits for neither. */
export function hand(home: string, name: string, item: Item): void {
  const folder = queueOf(home);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${name.replace(/[^\w.-]/g, "_")}.json`);
  const part = `${path}.${process.pid}.part`;
  writeFileSync(part, JSON.stringify(item), { mode: 0o600 });
  renameSync(part, path);
  if (holder(home) === undefined) startWriter(home);
}

/** The process that writes, while it is there. */
export function holder(home: string): number | undefined {
  try {
    const pid = Number(readFileSync(lockOf(home), "utf8"));
    process.kill(pid, 0);
    return pid;
  } catch {
    return undefined;
  }
}

function startWriter(home: string): void {
  // Loaded only here: most hooks start nothing.
  const child = process.getBuiltinModule("node:child_process").spawn(process.execPath, [process.argv[1] ?? "", "drain"], { detached: true, stdio: "ignore", cwd: "/", env: { PATH: process.env["PATH"], HOME: process.env["HOME"], PAIOS_HOME: home } });
  child.on("error", () => {});
  child.unref();
}
