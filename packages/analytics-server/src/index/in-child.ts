import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Refreshed } from "./refresh.ts";

/** What a process that only reads is told. */
export interface ChildTask {
  path: string;
  environment: Record<string, string | undefined>;
  timezone: string | undefined;
}

/** A line that it says: how many bytes it has read, or what it did in all. */
export type ChildLine = { bytes: number } | { done: Refreshed };

const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
const childPath = fileURLToPath(new URL(`./refresh-child.${extension}`, import.meta.url));
/** The heap stays small, and V8 has no threads with memory and work of their own. */
const flags = ["--max-semi-space-size=1", "--max-old-space-size=24", "--single-threaded"];

/** Reads in a process of its own. Undefined when that failed, for want of memory, say: what it counted is counted. Rejects with the signal's reason. */
export async function refreshInChild(task: ChildTask, signal: AbortSignal, progress: (bytes: number) => void): Promise<Refreshed | undefined> {
  const child = spawn(process.execPath, [...flags, childPath], { stdio: ["pipe", "pipe", "ignore"] });
  const abort = () => child.kill();
  signal.addEventListener("abort", abort, { once: true });
  let done: Refreshed | undefined;
  const ended = new Promise<void>((resolve) => child.on("close", () => resolve()).on("error", () => resolve()));
  child.stdin.on("error", () => {}).end(JSON.stringify(task));
  createInterface({ input: child.stdout }).on("line", (line) => {
    const said = JSON.parse(line) as ChildLine;
    if ("done" in said) ({ done } = said);
    else progress(said.bytes);
  });
  await ended;
  signal.removeEventListener("abort", abort);
  signal.throwIfAborted();
  return done;
}
