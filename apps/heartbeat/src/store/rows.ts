import type { CatchUp } from "../catch-up.ts";
import type { Tier } from "../job.ts";

export type RunState = "claimed" | "running" | "done" | "failed" | "cut" | "skipped";

/** The owner of the jobs that come with PAIOS. */
export const ours = "paios";

/** A row of `job`. Times are epoch ms. */
export interface JobRow {
  id: number;
  name: string;
  owner: string;
  tier: Tier;
  schedule: string;
  timezone: string;
  catch_up: CatchUp;
  every_ms: number | null;
  next_at: number | null;
  enabled: 0 | 1;
  paused_reason: string;
  problem: string;
  /** What an added job says; null for one of ours. */
  message: string | null;
  created_ms: number;
  expires_ms: number | null;
  last_state: RunState | null;
  last_at: number | null;
  last_ms: number | null;
  last_note: string;
}

/** The idempotency key of a run: the same for every attempt at a slot. */
export function keyOf(job: string, slot: number): string {
  return `${job}@${new Date(slot).toISOString()}`;
}
