import { UserError } from "@paios/shared/errors";
import { claimNow } from "./claim.ts";
import { findJob } from "./find-job.ts";
import type { Heartbeat } from "./heartbeat.ts";
import { unknownJob } from "./list.ts";
import type { Registry } from "./registry.ts";
import { execute, type Running } from "./run.ts";
import { freeCutRuns, renewLeases } from "./settle.ts";
import { tickMs } from "./tick.ts";

export interface RanOnce {
  job: string;
  status: "done" | "failed" | "cut";
  key: string;
  tookMs: number;
  note: string;
}

/** Runs a job now, beside its schedule, once: a failure is not tried again. */
export async function runOne(heartbeat: Heartbeat, registry: Registry, name: string, running: Running): Promise<RanOnce> {
  const { clock } = running;
  const problem = registry.problems.get(name);
  if (problem !== undefined) throw new UserError("config", `The job cannot run: ${problem}`);
  freeCutRuns(heartbeat, { now: clock.now(), monotonic: clock.monotonic(), seen: new Map() });
  const claim = claimNow(heartbeat, name, clock.now());
  if (claim === "unknown") throw unknownJob();
  if (claim === "running") throw new UserError("refused", "The job runs already, or its last attempt is still to be made again. `paios-heartbeat list` shows it.");
  if (claim === "full") throw new UserError("refused", `${heartbeat.config.wip} jobs run already, as many as may at once. Try again when one has ended.`);
  const timer = setInterval(() => renewLeases(heartbeat, clock.now()), tickMs);
  const started = clock.monotonic();
  try {
    const { outcome } = await execute(heartbeat, claim, { ...findJob(registry, claim.job), retries: 0 }, running);
    return { job: name, status: outcome.state === "again" ? "failed" : outcome.state, key: claim.key, tookMs: Math.round(clock.monotonic() - started), note: outcome.note };
  } finally {
    clearInterval(timer);
  }
}
