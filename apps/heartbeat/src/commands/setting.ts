import type { Command } from "commander";
import { intakeSink } from "@paios/shared/sink";
import { createTracer } from "@paios/shared/trace";
import { realClock } from "../clock.ts";
import { closeHeartbeat, type Heartbeat, openHeartbeat } from "../heartbeat.ts";
import { jobTable } from "../jobs/table.ts";
import { createLog } from "@paios/shared/log";
import { loadJobs, type Registry } from "../registry.ts";
import type { Running } from "../run.ts";

/** What every command works in. */
export interface Setting {
  home: string;
  environment: NodeJS.ProcessEnv;
  /** The exit code, where a command has one of its own. */
  code: number;
}

export interface Opened {
  heartbeat: Heartbeat;
  registry: Registry;
  running: Running;
  say: (sentence: string) => void;
}

/** Opens the ledger and loads the jobs for `work`, and closes all of it. SIGTERM and SIGINT abort its signal. Who runs jobs by the schedule sets it. */
export async function withJobs<T>({ home, environment }: Setting, work: (opened: Opened) => Promise<T>, { addsOnly = true } = {}): Promise<T> {
  const report = createLog("paios-heartbeat", (line) => process.stderr.write(line));
  const say = (sentence: string) => process.stderr.write(`${new Date().toISOString()} ${sentence}\n`);
  const ending = new AbortController();
  for (const name of ["SIGTERM", "SIGINT"] as const) process.once(name, () => ending.abort(new DOMException(`ended by ${name}`, "AbortError")));
  const heartbeat = openHeartbeat(home);
  const tracer = createTracer("heartbeat", intakeSink(home));
  try {
    for (const problem of heartbeat.problems) say(problem);
    const registry = await loadJobs(heartbeat, jobTable, realClock.now(), { report, addsOnly });
    return await work({ heartbeat, registry, say, running: { clock: realClock, tracer, environment, signal: ending.signal, report } });
  } finally {
    tracer.flush();
    closeHeartbeat(heartbeat);
  }
}

export function print(command: Command, data: unknown, text: () => string): void {
  process.stdout.write(`${command.optsWithGlobals()["json"] ? JSON.stringify(data, null, 2) : text()}\n`);
}

/** "2026-11-21 08:00" of this machine's clock. */
export function shortTime(iso: string): string {
  return new Date(iso).toLocaleString("sv-SE").slice(0, 16);
}
