import type { Span } from "@paios/shared/trace";
import type { CatchUp } from "./catch-up.ts";
import type { HeartbeatConfig } from "./config.ts";
import type { Memory } from "./memory.ts";

/** How often a job runs, more or less; when more are due than may run, the more frequent go first. */
export const tiers = ["frequent", "hourly", "daily", "weekly"] as const;

export type Tier = (typeof tiers)[number];

export interface JobContext {
  home: string;
  environment: Record<string, string | undefined>;
  config: HeartbeatConfig;
  /** The same for every attempt at a slot: what was done under it need not be done again. */
  key: string;
  slot: number;
  attempt: number;
  signal: AbortSignal;
  span: Pick<Span, "set" | "event">;
  now: () => number;
  /** Its own, from run to run. */
  memory: Memory;
}

export interface Job {
  name: string;
  /** One line for a person. */
  about: string;
  tier: Tier;
  schedule: string;
  /** The person's own when left out. */
  timezone?: string;
  catchUp: CatchUp;
  timeoutMs: number;
  /** Attempts after the first. */
  retries: number;
  /** Returns what is worth a line in the history. Must bear being run again under the same key. */
  run: (context: JobContext) => Promise<string> | string;
}

const namePattern = /^[a-z][a-z0-9-]{1,39}$/;

/** A job is a value: when it runs, how it is made up for, and one function. */
export function defineJob(job: Job): Job {
  if (!isJobName(job.name)) throw new Error("A job's name has 2 to 40 small letters, digits and hyphens");
  return job;
}

export function isJobName(name: string): boolean {
  return namePattern.test(name);
}
