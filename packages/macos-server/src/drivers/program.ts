import { spawn } from "node:child_process";
import { errorCode, UserError } from "@paios/shared/errors";
import { findProgram } from "@paios/shared/find-program";
import { killGroup, run, type RunResult } from "@paios/shared/process";
import { failure } from "../failure.ts";

export type Environment = Record<string, string | undefined>;

interface ProgramOptions {
  args: readonly string[];
  signal: AbortSignal;
  input?: string | Uint8Array;
  timeoutMs?: number;
  outputBytes?: number;
}

interface HandOverOptions extends ProgramOptions {
  /** After so long a program that still runs is left to run, and counts as one that did its work. */
  leaveAfterMs?: number;
}

const defaultTimeoutMs = 10_000;
const defaultOutputBytes = 8_000_000;

/** How the programs of this desktop are run: with its environment, and a fix for each one that is missing. */
export interface Programs {
  /** Whatever its exit code. Throws `program_missing`, `timed_out` or the signal's reason. */
  run: (command: string, options: ProgramOptions) => Promise<RunResult>;
  /** For programs that leave something behind which keeps their output open: waits for the program itself only. */
  handOver: (command: string, options: HandOverOptions) => Promise<number | null>;
  has: (command: string) => boolean;
  missing: (command: string) => UserError;
}

export function programs(environment: Environment, fixOf: (command: string) => string): Programs {
  const missing = (command: string) => failure("program_missing", `There is no program ${command} here. Next: ${fixOf(command)}.`);
  const explained = (command: string, error: unknown) => (errorCode(error) === "ENOENT" || errorCode(error) === "EACCES" ? missing(command) : error);
  return {
    run: async (command, { args: given, signal, input, timeoutMs = defaultTimeoutMs, outputBytes = defaultOutputBytes }) => {
      try {
        return await run({ command, args: given.map(withoutNul), signal, timeoutMs, outputBytes, env: environment, ...(input !== undefined && { input }) });
      } catch (error) {
        throw explained(command, error);
      }
    },
    handOver: async (command, options) => {
      try {
        return await handOver(command, environment, { ...options, args: options.args.map(withoutNul) });
      } catch (error) {
        throw explained(command, error);
      }
    },
    has: (command) => findProgram(command, environment["PATH"]) !== undefined,
    missing,
  };
}

/** No program can be given one. */
function withoutNul(arg: string): string {
  return arg.replaceAll("\0", "");
}

function handOver(command: string, environment: Environment, { args, signal, input, timeoutMs = defaultTimeoutMs, leaveAfterMs }: HandOverOptions): Promise<number | null> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const child = spawn(command, args, { env: environment, detached: true, stdio: ["pipe", "ignore", "ignore"] });
    let ended: unknown;
    const end = (reason: unknown) => {
      ended ??= reason;
      killGroup(child.pid);
    };
    const timer = setTimeout(() => end(new UserError("timed_out", `${command} took longer than ${timeoutMs / 1_000} s and was ended.`)), timeoutMs);
    const leave = leaveAfterMs === undefined ? undefined : setTimeout(() => settle(() => resolve(0)), leaveAfterMs);
    const abort = () => end(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    const settle = (then: () => void) => {
      clearTimeout(timer);
      clearTimeout(leave);
      child.unref();
      signal.removeEventListener("abort", abort);
      then();
    };
    // A child that exits before it has read everything is judged by its exit code.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
    child.on("error", (error) => settle(() => reject(error)));
    child.on("exit", (code) => settle(() => (ended === undefined ? resolve(code) : reject(ended instanceof Error ? ended : new Error("aborted")))));
  });
}
