import { explain } from "@paios/shared/sqlite";
import { type Claim, claimNext } from "./claim.ts";
import type { Heartbeat } from "./heartbeat.ts";
import type { Job, Tier } from "./job.ts";
import { findJob } from "./find-job.ts";
import type { Registry } from "./registry.ts";
import { execute, type Running } from "./run.ts";
import { renewLeases, type SeenOver } from "./settle.ts";
import { type Look, tick, untilNext } from "./tick.ts";

export interface DaemonOptions extends Running {
  registry: Registry;
  /** Each sentence that a person may want to read. */
  say: (sentence: string) => void;
  /** Only jobs of these; all when left out. */
  tiers?: readonly Tier[] | undefined;
}

/** Longer than any grace of a job; what is left then is cut and runs again. */
const lastMs = 8_000;
const afterFailureMs = 2_000;

/** Starts what is due, and goes on until the signal aborts. What still runs then is given back to the ledger. */
export async function runDaemon(heartbeat: Heartbeat, options: DaemonOptions): Promise<void> {
  const crew = startCrew(heartbeat, options);
  const seen: SeenOver = new Map();
  let before: Look | undefined;
  while (!options.signal.aborted) {
    let waitMs = afterFailureMs;
    try {
      const { look, said } = tick(heartbeat, options.clock, before, seen);
      before = look;
      said.forEach(options.say);
      crew.startDue(look.now);
      waitMs = untilNext(heartbeat, look.now, options.clock.now());
    } catch (error) {
      // A full disk or a locked ledger may not stay so.
      options.report(explain(heartbeat.path, error));
    }
    await options.clock.wait(waitMs, crew.nextEnd());
  }
  await crew.ended(lastMs);
}

/** Runs what is due until nothing is, and returns how many runs that were. For units of a calendar. */
export async function runDue(heartbeat: Heartbeat, options: DaemonOptions): Promise<number> {
  const crew = startCrew(heartbeat, options);
  const { said } = tick(heartbeat, options.clock, undefined, new Map());
  said.forEach(options.say);
  let now = options.clock.now();
  crew.startDue(now);
  while (crew.busy() > 0 && !options.signal.aborted) {
    await options.clock.wait(untilNext(heartbeat, now, options.clock.now()), crew.nextEnd());
    now = options.clock.now();
    renewLeases(heartbeat, now);
    crew.startDue(now);
  }
  await crew.ended(lastMs);
  return crew.started();
}

interface Crew {
  startDue: (now: number) => void;
  busy: () => number;
  started: () => number;
  /** Aborts when the next run ends, or all is to end. */
  nextEnd: () => AbortSignal;
  ended: (withinMs: number) => Promise<void>;
}

function startCrew(heartbeat: Heartbeat, options: DaemonOptions): Crew {
  const running = new Set<Promise<void>>();
  /** Jobs that ignored their abort: not started again here while they are at it. */
  const stuck = new Set<string>();
  let count = 0;
  let end = new AbortController();
  options.signal.addEventListener("abort", () => end.abort(), { once: true });

  function start(claim: Claim, job: Job): void {
    count++;
    const one = execute(heartbeat, claim, job, options)
      .then(({ kept, ended }) => {
        if (!kept) options.say(`${job.name} lost its lease; another process has this run.`);
        stuck.add(job.name);
        void ended.then(() => stuck.delete(job.name));
      })
      .catch((error: unknown) => options.report(error))
      .finally(() => {
        running.delete(one);
        end.abort();
      });
    running.add(one);
  }

  return {
    startDue: (now) => {
      while (!options.signal.aborted) {
        const claim = claimNext(heartbeat, { now, jobs: { has: (name) => options.registry.jobs.has(name) && !stuck.has(name) }, tiers: options.tiers });
        if (!claim) return;
        start(claim, findJob(options.registry, claim.job));
      }
    },
    busy: () => running.size,
    started: () => count,
    nextEnd: () => {
      if (end.signal.aborted && !options.signal.aborted) end = new AbortController();
      return end.signal;
    },
    ended: async (withinMs) => {
      if (running.size === 0) return;
      let timer: NodeJS.Timeout | undefined;
      await Promise.race([Promise.all(running), new Promise((resolve) => (timer = setTimeout(resolve, withinMs)))]);
      clearTimeout(timer);
    },
  };
}

