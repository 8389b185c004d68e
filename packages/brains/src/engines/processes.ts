import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { errorCode } from "@paios/shared/errors";
import { BrainFailure } from "../failure.ts";
import { processTree } from "./tree.ts";

export interface ProcessOptions {
  command: string;
  args: readonly string[];
  cwd: string;
  /** As `childEnvironment` makes it, with `marker` in it. */
  env: Record<string, string>;
  marker: string;
  /** What ends it tidily. */
  firstSignal: "SIGINT" | "SIGTERM";
}

export interface BrainProcess {
  child: ChildProcessWithoutNullStreams;
  /** The last of what it wrote to standard error. */
  stderr: () => string;
  /** Resolves when it has ended and its output is read; rejects only when it could not be started. */
  closed: Promise<{ code: number | null }>;
  /** Ends it and everything it started, in under 5 s; may be called twice. Resolves when nothing is left. */
  stop: () => Promise<void>;
}

const keptStderrChars = 16_000;
/** After the first signal, after SIGTERM, and for SIGKILL to take effect: together under 5 s. */
const graceMs = { first: 1_200, term: 1_200, kill: 1_500 };
const lookEveryMs = 40;

export function newMarker(): string {
  return randomUUID();
}

/** Starts a program as leader of its own session, with open pipes; the caller writes, reads, and always calls `stop`. */
export function startProcess({ command, args, cwd, env, marker, firstSignal }: ProcessOptions): BrainProcess {
  const child = spawn(command, args, { cwd, env, detached: true, stdio: "pipe" });
  let stderr = "";
  child.stderr.on("data", (part: Buffer) => {
    stderr = (stderr + part.toString("utf8")).slice(-keptStderrChars);
  });
  // Writing to one that has ended shows in its exit code.
  child.stdin.on("error", () => {});
  const closed = new Promise<{ code: number | null }>((resolve, reject) => {
    child.once("error", (cause) => reject(notStarted(cause)));
    child.once("close", (code) => resolve({ code }));
  });
  closed.catch(() => {});
  let stopping: Promise<void> | undefined;
  const stop = () => (stopping ??= stopTree(child, marker, firstSignal));
  return { child, stderr: () => stderr, closed, stop };
}

async function stopTree(child: ChildProcessWithoutNullStreams, marker: string, firstSignal: NodeJS.Signals): Promise<void> {
  const { pid } = child;
  if (pid === undefined) return;
  const known = new Set<number>();
  // What has been seen once stays known: a child whose parent ends first belongs to nobody's tree.
  const left = () => {
    const found = processTree(pid, marker, known);
    for (const each of found) known.add(each);
    return found;
  };
  try {
    for (const [signal, ms] of [[firstSignal, graceMs.first], ["SIGTERM", graceMs.term], ["SIGKILL", graceMs.kill]] as const) {
      for (const each of left()) send(each, signal);
      for (const deadline = Date.now() + ms; Date.now() < deadline; await wait(lookEveryMs)) {
        if (left().length === 0) return;
      }
    }
  } finally {
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended by itself.
  }
}

function notStarted(cause: Error): BrainFailure {
  const missing = errorCode(cause) === "ENOENT" || errorCode(cause) === "EACCES";
  const message = missing ? "The brain's program cannot be started. Install it, or set its path in the section \"brains\" of paios.json." : "The brain's program could not be started now. Try again.";
  return new BrainFailure(missing ? "unavailable" : "transient", message, { otherWay: !missing }, { cause });
}
