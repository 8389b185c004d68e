import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { HookInput } from "./input.ts";
import type { Kept } from "./policy.ts";
import type { Place } from "./project.ts";

/** What a hook hands to the background. */
export type Item =
  | { kind: "session"; client: HookInput["client"]; session: string; transcript: string; at: Place; now: number }
  | { kind: "finding"; client: HookInput["client"]; session: string; kept: Kept; at: Place; now: number };

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
  try {
    writeFileSync(part, JSON.stringify(item), { mode: 0o600 });
    renameSync(part, path);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
  if (holder(home) === undefined) startWriter(home);
}

/** A writer says so often that it is there: after a restart of the machine its number may be another process's. */
const staleMs = 120_000;

/** The process that writes, while it is there. */
export function holder(home: string): number | undefined {
  try {
    const pid = Number(readFileSync(lockOf(home), "utf8"));
    // 0 would be ourselves.
    if (!Number.isInteger(pid) || pid <= 0 || Date.now() - statSync(lockOf(home)).mtimeMs > staleMs) return undefined;
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
