import { errorTypeOf, errorCode, UserError } from "@paios/shared/errors";
import { explain } from "@paios/shared/sqlite";
import type { Tracer } from "@paios/shared/trace";
import type { Claim } from "./claim.ts";
import type { Clock } from "./clock.ts";
import type { Heartbeat } from "./heartbeat.ts";
import type { Job, JobContext } from "./job.ts";
import { memoryOf } from "./memory.ts";
import { finish, type Outcome } from "./settle.ts";

export interface Running {
  clock: Clock;
  tracer: Tracer;
  environment: JobContext["environment"];
  /** Ends the process: what runs is given back, not failed. */
  signal: AbortSignal;
  report: (error: unknown) => void;
}

/** What is known of an attempt that is over. */
export interface Ran {
  outcome: Outcome;
  /** Whether the ledger took it: another process may have the run by now. */
  kept: boolean;
  /** Settles when the work really ended, however long it ignored its abort. */
  ended: Promise<unknown>;
}

const firstAgainMs = 30_000;
const longestAgainMs = 30 * 60_000;
/** How long a job may take to end after its abort, before it is given up on. */
const graceMs = 5_000;
const settleAgainMs = 2_000;

/** Runs what was claimed, under its time limit and in a span of its own, and writes down how it ended. */
export async function execute(heartbeat: Heartbeat, claim: Claim, job: Job, running: Running): Promise<Ran> {
  const { clock, tracer, report } = running;
  const stop = stopper(job, running.signal);
  const attributes = { "paios.job.name": job.name, "paios.job.key": claim.key, "paios.job.attempt": claim.attempt };
  let work: Promise<unknown> = Promise.resolve();
  const outcome = await tracer.span({ category: "job", action: `run ${job.name}`, attributes }, async (span): Promise<Outcome> => {
    try {
      const { home, config } = heartbeat;
      const context: JobContext = { home, config, environment: running.environment, key: claim.key, slot: claim.slot, attempt: claim.attempt, signal: stop.signal, span, now: clock.now, memory: memoryOf(heartbeat, job.name) };
      const started = (async () => job.run(context))();
      work = started.catch(() => {});
      return { state: "done", note: await untilGivenUp(started, stop.signal) };
    } catch (error) {
      const cause: unknown = stop.timedOut() ? stop.signal.reason : error;
      if (running.signal.aborted && !stop.timedOut()) return { state: "cut", note: "The heartbeat ended while it ran.", againMs: clock.now() };
      if (!(cause instanceof UserError)) report(cause);
      const outcome = failed(cause, job, claim.attempt, clock.now());
      // What is tried again is no failure yet: an alert would come too early.
      span.set({ [outcome.state === "failed" ? "error.type" : "paios.job.retry"]: errorTypeOf(cause) });
      return outcome;
    } finally {
      stop.done();
    }
  });
  return { outcome, kept: await settled(heartbeat, claim, outcome, running), ended: work };
}

/** Aborts at the job's time limit, or when all is to end. */
function stopper(job: Job, ending: AbortSignal): { signal: AbortSignal; timedOut: () => boolean; done: () => void } {
  const controller = new AbortController();
  const end = () => controller.abort(ending.reason);
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    controller.abort(new UserError("timed_out", `It took longer than ${job.timeoutMs / 1_000} s and was stopped.`));
  }, job.timeoutMs);
  if (ending.aborted) end();
  else ending.addEventListener("abort", end, { once: true });
  return {
    signal: controller.signal,
    timedOut: () => timedOut,
    done: () => {
      clearTimeout(timer);
      ending.removeEventListener("abort", end);
    },
  };
}

/** The work's own end, or the abort's reason a moment after an abort that it ignores. */
function untilGivenUp<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const abort = () => (timer = setTimeout(() => reject(signal.reason), graceMs));
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
    void work.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
    });
  });
}

/** On a full disk the end of a run waits for room: without it the slot would count as running. */
async function settled(heartbeat: Heartbeat, claim: Claim, outcome: Outcome, { clock, signal, report }: Running): Promise<boolean> {
  for (;;) {
    try {
      return finish(heartbeat, claim, outcome, clock.now());
    } catch (error) {
      if (signal.aborted) throw error;
      report(explain(heartbeat.path, error));
      await clock.wait(settleAgainMs, signal);
    }
  }
}

function failed(error: unknown, job: Job, attempt: number, now: number): Outcome {
  const note = error instanceof UserError ? error.message : `It failed (${errorCode(error) || (error instanceof Error ? error.name : "unknown")}); the log has the details.`;
  if (attempt > job.retries) return { state: "failed", note };
  const wait = Math.min(firstAgainMs * 2 ** (attempt - 1), longestAgainMs);
  return { state: "again", note, againMs: now + Math.round(wait * (1 - Math.random() / 2)) };
}
