import { temporaryFolder } from "@paios/shared/testing/temporary";
import { createTracer, type TraceEvent } from "@paios/shared/trace";
import { runDaemon } from "../daemon.ts";
import { type Heartbeat, openHeartbeat } from "../heartbeat.ts";
import type { Job, JobContext } from "../job.ts";
import { type JobTable, loadJobs, type Registry } from "../registry.ts";
import { thisOwner } from "../owner.ts";
import { type FakeClock, fakeClock } from "./fake-clock.ts";

/** What a job of a test was called with. */
type Call = Pick<JobContext, "key" | "slot" | "attempt"> & { job: string; at: number };

export interface Rig extends Disposable {
  home: string;
  clock: FakeClock;
  calls: Call[];
  said: string[];
  errors: unknown[];
  events: TraceEvent[];
  heartbeat: Heartbeat;
  /** The same ledger as another process has it. */
  another: () => Heartbeat;
  /** A table of jobs that only note their calls, unless they bring something to do. */
  table: (jobs: readonly (Partial<Job> & Pick<Job, "name" | "schedule">)[]) => JobTable;
  /** Starts a daemon; `stop` ends it and waits. */
  start: (table: JobTable, heartbeat?: Heartbeat) => Promise<{ registry: Registry; stop: () => Promise<void> }>;
}

export function rig(start: number): Rig {
  const folder = temporaryFolder("paios-heartbeat-");
  const clock = fakeClock(start);
  const calls: Call[] = [];
  const said: string[] = [];
  const errors: unknown[] = [];
  const events: TraceEvent[] = [];
  const opened: Heartbeat[] = [];
  const another = () => {
    const heartbeat = { ...openHeartbeat(folder.path), owner: thisOwner() };
    opened.push(heartbeat);
    return heartbeat;
  };
  const heartbeat = another();
  const tracer = createTracer("heartbeat", { write: (event) => events.push(event), flush: () => {} });
  return {
    home: folder.path,
    clock,
    calls,
    said,
    errors,
    events,
    heartbeat,
    another,
    table: (jobs) => Object.fromEntries(jobs.map((job) => [job.name, async () => ({ default: noted(job, calls, clock) })])),
    start: async (table, one = heartbeat) => {
      const ending = new AbortController();
      const registry = await loadJobs(one, table, clock.now(), { report: (error) => errors.push(error) });
      const running = runDaemon(one, { clock, tracer, registry, environment: {}, signal: ending.signal, say: (text) => said.push(text), report: (error) => errors.push(error) });
      const stop = async () => {
        ending.abort(new DOMException("the test ends it", "AbortError"));
        await running;
      };
      return { registry, stop };
    },
    [Symbol.dispose]: () => {
      for (const { database } of opened) database.close();
      folder[Symbol.dispose]();
    },
  };
}

function noted(job: Partial<Job> & Pick<Job, "name" | "schedule">, calls: Call[], clock: FakeClock): Job {
  return {
    about: "",
    tier: "hourly",
    timezone: "UTC",
    catchUp: "once",
    timeoutMs: 60_000,
    retries: 0,
    ...job,
    run: (context) => {
      calls.push({ job: job.name, key: context.key, slot: context.slot, attempt: context.attempt, at: clock.now() });
      return job.run?.(context) ?? "";
    },
  };
}
