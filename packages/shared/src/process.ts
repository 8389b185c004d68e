import { spawn } from "node:child_process";
import { UserError } from "./errors.ts";
import { traceparent } from "./trace.ts";

export interface RunOptions {
  command: string;
  args: readonly string[];
  timeoutMs: number;
  /** Standard output beyond this ends the child. */
  outputBytes: number;
  signal?: AbortSignal;
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  input?: string | Uint8Array;
}

export interface RunResult {
  code: number | null;
  stdout: Buffer;
  stderr: string;
}

const keptStderrChars = 8_000;
const killAfterMs = 1_000;

/**
 * Runs a program in a process group of its own and returns what it printed. At the time limit, the output limit or an
 * abort the whole group gets SIGTERM, then SIGKILL, and the promise rejects: `UserError("timed_out" | "too_large")`,
 * or the signal's reason. A program that is not there rejects with ENOENT. It gets the running span as TRACEPARENT.
 */
export function run(options: RunOptions): Promise<RunResult> {
  const { command, args, timeoutMs, outputBytes, signal, input } = options;
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const parent = traceparent();
    const env = parent ? { ...(options.env ?? process.env), TRACEPARENT: parent } : options.env;
    const child = spawn(command, args, { cwd: options.cwd, env, detached: true, stdio: ["pipe", "pipe", "pipe"] });
    const stdout: Buffer[] = [];
    let stdoutBytes = 0;
    let stderr = "";
    let ended: unknown;

    const end = (reason: unknown) => {
      ended ??= reason;
      killGroup(child.pid);
      // A grandchild that left the group may hold the pipes for ever; nobody waits for it.
      setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
      }, killAfterMs * 1.5).unref();
    };
    const timer = setTimeout(() => end(new UserError("timed_out", `${command} took longer than ${timeoutMs / 1000} s and was ended.`)), timeoutMs);
    const abort = () => end(signal?.reason);
    signal?.addEventListener("abort", abort, { once: true });

    child.stdout.on("data", (part: Buffer) => {
      stdoutBytes += part.length;
      if (stdoutBytes > outputBytes) end(new UserError("too_large", `${command} printed over ${outputBytes} bytes and was ended.`));
      else stdout.push(part);
    });
    child.stderr.on("data", (part: Buffer) => {
      stderr = (stderr + part.toString("utf8")).slice(-keptStderrChars);
    });
    // A child that exits before it has read everything is judged by its exit code.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
    child.on("error", (error) => {
      ended ??= error;
    });
    child.on("close", (code) => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      if (ended === undefined) resolve({ code, stdout: Buffer.concat(stdout), stderr });
      else reject(ended instanceof Error ? ended : new Error("aborted"));
    });
  });
}

/** Ends a process group that `run` or a `detached` spawn started: SIGTERM, and SIGKILL for what is left after 1 s. */
export function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  if (!signalGroup(pid, "SIGTERM")) return;
  setTimeout(() => signalGroup(pid, "SIGKILL"), killAfterMs).unref();
}

function signalGroup(pid: number, name: NodeJS.Signals): boolean {
  try {
    process.kill(-pid, name);
    return true;
  } catch {
    return false;
  }
}
