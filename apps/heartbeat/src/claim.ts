import { UserError } from "@paios/shared/errors";
import { sql } from "@paios/shared/sqlite";
import { countedSlots, type Due, dueSlot } from "./catch-up.ts";
import type { Heartbeat } from "./heartbeat.ts";
import { type Tier, tiers } from "./job.ts";
import { parseSchedule } from "./schedule.ts";
import { type JobRow, keyOf } from "./store/rows.ts";

/** A run that is this process's to do, until its lease is over. */
export interface Claim {
  run: number;
  job: JobRow;
  slot: number;
  attempt: number;
  key: string;
}

export interface ClaimOptions {
  now: number;
  /** Which of the jobs that come with PAIOS this process can start now; added ones it always can. */
  jobs: Startable;
  /** Only jobs of these; all when left out. */
  tiers?: readonly Tier[] | undefined;
}

type Startable = Pick<ReadonlySet<string>, "has">;

/** Renewed at each tick; three may be missed. */
export const leaseMs = 90_000;
/** An attempt is never put off further; a later time was written by a clock that was ahead. */
export const maxAgainMs = 60 * 60_000;
const jobColumns = "job.id, name, job.owner, tier, schedule, timezone, catch_up, every_ms, next_at, enabled, paused_reason, problem, message, created_ms, expires_ms, last_state, last_at, last_ms, last_note";

/**
 * Takes what is due first, in one transaction: an attempt that is to be made again, else the next slot of a job. Of two
 * processes one gets it. Undefined when nothing is due or as many run already as may.
 */
export function claimNext(heartbeat: Heartbeat, { now, jobs, tiers: wanted = tiers }: ClaimOptions): Claim | undefined {
  for (;;) {
    const again = openRun(heartbeat, now, jobs, wanted);
    const job = again ? undefined : dueJob(heartbeat, now, jobs, wanted);
    const take = again ? () => takeAgain(heartbeat, again, now) : job && slotTaker(heartbeat, job, now);
    if (!take || isFull(heartbeat)) return undefined;
    // Looked for and reckoned without the write lock; what was found is checked again under it.
    const claim = heartbeat.database.transaction(() => (isFull(heartbeat) ? "full" : take())).immediate();
    if (claim === "full") return undefined;
    if (claim !== "none") return claim;
  }
}

/** A run now, beside the schedule. "running" when the job runs already, "full" when too many others do. */
export function claimNow(heartbeat: Heartbeat, name: string, now: number): Claim | "running" | "full" | "unknown" {
  return heartbeat.database
    .transaction((): Claim | "running" | "full" | "unknown" => {
      const job = sql<JobRow>(heartbeat.database, `SELECT ${jobColumns} FROM job WHERE name = ?`).get(name);
      if (!job) return "unknown";
      if (isFull(heartbeat)) return "full";
      const claim = insertRun(heartbeat, job, now, now);
      return claim === "none" ? "running" : claim;
    })
    .immediate();
}

interface OpenRun extends JobRow {
  run: number;
  slot: number;
  attempt: number;
}

function openRun({ database }: Heartbeat, now: number, startable: Startable, wanted: readonly Tier[]): OpenRun | undefined {
  const open = sql<OpenRun>(
    database,
    `SELECT ${jobColumns}, run.id AS run, run.slot, run.attempt FROM open_run AS run JOIN job ON job.id = run.job
     WHERE run.state IN ('claimed', 'cut') AND (again_ms <= ? OR again_ms > ?) AND enabled = 1 AND problem = '' ORDER BY run.slot`,
  ).all(now, now + maxAgainMs);
  return open.filter((run) => wanted.includes(run.tier) && isStartable(run, startable)).toSorted((a, b) => tiers.indexOf(a.tier) - tiers.indexOf(b.tier))[0];
}

/** Tier by tier, so that the first one found is the one. */
function dueJob({ database }: Heartbeat, now: number, startable: Startable, wanted: readonly Tier[]): JobRow | undefined {
  const due = sql<JobRow>(
    database,
    `SELECT ${jobColumns} FROM job INDEXED BY job_due WHERE enabled = 1 AND problem = '' AND tier = ? AND next_at <= ? AND (expires_ms IS NULL OR expires_ms > ?)
       AND NOT EXISTS (SELECT 1 FROM open_run WHERE open_run.job = job.id)
     ORDER BY next_at`,
  );
  for (const tier of wanted) {
    for (const job of due.iterate(tier, now, now)) if (isStartable(job, startable)) return job;
  }
  return undefined;
}

function isStartable({ name, message }: JobRow, startable: Startable): boolean {
  return message !== null || startable.has(name);
}

function isFull({ database, config }: Heartbeat): boolean {
  return (sql<number>(database, "SELECT count(*) FROM open_run WHERE state = 'running'").pluck().get() ?? 0) >= config.wip;
}

function takeAgain(heartbeat: Heartbeat, { run, slot, attempt, ...job }: OpenRun, now: number): Claim | "none" {
  const { database, owner } = heartbeat;
  const { changes } = sql(
    database,
    `UPDATE run SET state = 'running', attempt = attempt + 1, started_ms = ?, again_ms = NULL, owner = ?, host = ?, pid = ?, process_start = ?, lease_until = ?
     WHERE id = ? AND attempt = ? AND state IN ('claimed', 'cut')`,
  ).run(now, owner.id, owner.host, owner.pid, owner.start, now + leaseMs, run, attempt);
  if (changes === 0) return "none";
  sql(database, "UPDATE job SET last_state = 'running', last_at = ? WHERE id = ?").run(now, job.id);
  return { run, job, slot, attempt: attempt + 1, key: keyOf(job.name, slot) };
}

/** What claims the next slot of a job; a schedule that cannot be read any more becomes the job's problem. */
function slotTaker(heartbeat: Heartbeat, job: JobRow, now: number): () => Claim | "none" {
  const { database } = heartbeat;
  const nextAt = job.next_at ?? now;
  const due = reckoned(job, nextAt, now);
  if (typeof due === "string") return () => (sql(database, "UPDATE job SET problem = ? WHERE id = ?").run(due, job.id), "none");
  return () => {
    const moved = sql(database, "UPDATE job SET next_at = ? WHERE id = ? AND next_at = ? AND enabled = 1").run(due.next ?? null, job.id, nextAt);
    if (moved.changes === 0) return "none";
    if (due.skipped) noteSkipped(heartbeat, job, due.skipped, now);
    return due.slot === undefined ? "none" : insertRun(heartbeat, job, due.slot, now);
  };
}

function reckoned(job: JobRow, nextAt: number, now: number): Due | string {
  try {
    return dueSlot(parseSchedule(job.schedule, job.timezone, 0), job.catch_up, nextAt, now);
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}

/** A slot that is in the ledger already, or a job that runs, is not claimed once more. */
function insertRun({ database, owner }: Heartbeat, job: JobRow, slot: number, now: number): Claim | "none" {
  const { changes, lastInsertRowid } = sql(
    database,
    `INSERT OR IGNORE INTO run(job, slot, state, attempt, started_ms, owner, host, pid, process_start, lease_until) VALUES (?, ?, 'running', 1, ?, ?, ?, ?, ?, ?)`,
  ).run(job.id, slot, now, owner.id, owner.host, owner.pid, owner.start, now + leaseMs);
  if (changes === 0) return "none";
  sql(database, "UPDATE job SET last_state = 'running', last_at = ? WHERE id = ?").run(now, job.id);
  return { run: Number(lastInsertRowid), job, slot, attempt: 1, key: keyOf(job.name, slot) };
}

function noteSkipped({ database }: Heartbeat, job: JobRow, { latest, count }: NonNullable<Due["skipped"]>, now: number): void {
  const times = count === 1 ? "once" : `${count} times${count >= countedSlots ? " or more" : ""}`;
  const note = `It was due ${times} while nothing ran here, and is not made up for.`;
  sql(database, "INSERT OR IGNORE INTO run(job, slot, state, attempt, ended_ms, note) VALUES (?, ?, 'skipped', 0, ?, ?)").run(job.id, latest, now, note);
  sql(database, "UPDATE job SET last_state = 'skipped', last_at = ?, last_note = ? WHERE id = ?").run(now, note, job.id);
}
