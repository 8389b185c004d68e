import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

export interface Command {
  command: string;
  args: readonly string[];
  env: Record<string, string>;
}

export interface Measured {
  stdout: string;
  /** User and system, of the whole process. */
  cpuSeconds: number;
  peakMegabytes: number;
}

// `times` tells what the children took, exactly; the third pipe tells which process to watch.
const script = '"$@" 3>&- & echo $! >&3; wait $!; status=$?; times >&2; exit $status';
const watchMs = 10;

/** Runs a program to its end. Linux only: its memory is read from /proc while it runs. */
export async function measured({ command, args, env }: Command): Promise<Measured> {
  const shell = spawn("/bin/sh", ["-c", script, "sh", command, ...args], { env, stdio: ["ignore", "pipe", "pipe", "pipe"] });
  const stdout = collect(shell.stdout);
  const stderr = collect(shell.stderr);
  const pid = collect(shell.stdio[3]);
  let peak = 0;
  const watch = setInterval(() => (peak = Math.max(peak, ...familyOf(pid().trim()).map(peakOf))), watchMs);
  const status = await new Promise((resolve) => shell.on("close", resolve));
  clearInterval(watch);
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${String(status)}: ${stderr().slice(-2_000)}`);
  const seconds = (stderr().trimEnd().split("\n").at(-1) ?? "").split(" ").map(secondsOf);
  return { stdout: stdout(), cpuSeconds: seconds.reduce((sum, each) => sum + each, 0), peakMegabytes: peak / 1_024 };
}

function collect(stream: unknown): () => string {
  const parts: Buffer[] = [];
  (stream as NodeJS.ReadableStream).on("data", (part: Buffer) => parts.push(part));
  return () => Buffer.concat(parts).toString("utf8");
}

/** kB; the kernel keeps the highest, so only the last moments can be missed. */
/** A process and what it started: each is looked at by itself. */
function familyOf(pid: string): string[] {
  try {
    return [pid, ...readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean)];
  } catch {
    return [pid];
  }
}

function peakOf(pid: string): number {
  try {
    return pid === "" ? 0 : Number(/VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** 1m2.34s */
function secondsOf(text: string): number {
  const [minutes = 0, seconds = 0] = text.replace("s", "").split("m").map(Number);
  return minutes * 60 + seconds;
}
