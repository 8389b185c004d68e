import { sql } from "@paios/shared/sqlite";
import { UserError } from "@paios/shared/errors";
import type { Heartbeat } from "./heartbeat.ts";
import { type JobRow, keyOf, type RunState } from "./store/rows.ts";

export interface ListedJob {
  name: string;
  tier: JobRow["tier"];
  owner: string;
  schedule: string;
  timezone: string;
  nextAt: string | null;
  lastRun: { status: RunState; at: string; tookMs?: number; note?: string } | null;
  enabled: boolean;
  paused?: string;
  /** Why it cannot run. */
  problem?: string;
  expires?: string;
}

export interface Listing {
  jobs: ListedJob[];
  running: number;
  /** How many may run at once. */
  limit: number;
}

/** Every job with its last run, from one table however many runs there were. */
export function listJobs({ database, config }: Heartbeat): Listing {
  const rows = sql<JobRow>(database, "SELECT * FROM job ORDER BY name").all();
  const running = sql<number>(database, "SELECT count(*) FROM open_run WHERE state = 'running'").pluck().get() ?? 0;
  return { jobs: rows.map(listed), running, limit: config.wip };
}

function listed(row: JobRow): ListedJob {
  const { name, tier, owner, schedule, timezone, next_at, enabled, paused_reason, problem, expires_ms, last_state, last_at, last_ms, last_note } = row;
  return {
    name,
    tier,
    owner,
    schedule,
    timezone,
    nextAt: next_at === null ? null : iso(next_at),
    lastRun: last_state === null || last_at === null ? null : { status: last_state, at: iso(last_at), ...(last_ms !== null && { tookMs: last_ms }), ...(last_note !== "" && { note: last_note }) },
    enabled: enabled === 1,
    ...(paused_reason !== "" && { paused: paused_reason }),
    ...(problem !== "" && { problem }),
    ...(expires_ms !== null && { expires: iso(expires_ms) }),
  };
}

export interface PastRun {
  job: string;
  key: string;
  slot: string;
  status: RunState;
  attempt: number;
  startedAt?: string;
  tookMs?: number;
  note?: string;
}

interface RunRow {
  name: string;
  slot: number;
  state: RunState;
  attempt: number;
  started_ms: number | null;
  ended_ms: number | null;
  note: string;
}

/** The newest runs of a job, newest first. */
export function history({ database }: Heartbeat, job: string, limit: number): PastRun[] {
  const id = sql<number>(database, "SELECT id FROM job WHERE name = ?").pluck().get(job);
  if (id === undefined) throw unknownJob();
  const rows = sql<RunRow>(database, "SELECT ? AS name, slot, state, attempt, started_ms, ended_ms, note FROM run WHERE job = ? ORDER BY slot DESC LIMIT ?").all(job, id, limit);
  return rows.map(({ name, slot, state, attempt, started_ms, ended_ms, note }) => ({
    job: name,
    key: keyOf(name, slot),
    slot: iso(slot),
    status: state,
    attempt,
    ...(started_ms !== null && { startedAt: iso(started_ms) }),
    ...(started_ms !== null && ended_ms !== null && state !== "running" && { tookMs: Math.max(0, ended_ms - started_ms) }),
    ...(note !== "" && { note }),
  }));
}

/** What was typed is not repeated: it may be anything. */
export function unknownJob(): UserError {
  return new UserError("not_found", "There is no job of that name. `paios-heartbeat list` shows them.");
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
