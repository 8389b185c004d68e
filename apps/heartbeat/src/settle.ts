import { sql } from "@paios/shared/sqlite";
import { type Claim, leaseMs } from "./claim.ts";
import type { Heartbeat } from "./heartbeat.ts";
import { isAlive } from "./owner.ts";

/** What became of an attempt. `again` is when the next one may be made. */
export type Outcome = { state: "done" | "failed"; note: string } | { state: "again" | "cut"; note: string; againMs: number };

const keptRuns = 200;
/** One more than a run adds: a long history gets shorter, and no end of a run waits for it. */
const pruneStep = 2;
const freshMs = 20_000;
const noteChars = 500;
/** A job that takes its process with it so often is not started again for that slot. */
const maxCuts = 3;

/** Writes down how an attempt ended. False when its lease was lost and another process has the run. */
export function finish({ database, owner }: Heartbeat, claim: Pick<Claim, "run" | "job" | "attempt">, outcome: Outcome, now: number): boolean {
  const note = outcome.note.slice(0, noteChars).toWellFormed();
  const state = outcome.state === "again" ? "claimed" : outcome.state;
  return database
    .transaction(() => {
      const row = sql<{ started: number }>(
        database,
        `UPDATE run SET state = ?, note = ?, ended_ms = ?, again_ms = ?, lease_until = NULL, owner = '', pid = NULL, process_start = ''
         WHERE id = ? AND owner = ? AND attempt = ? AND state = 'running' RETURNING started_ms AS started`,
      ).get(state, note, now, "againMs" in outcome ? outcome.againMs : null, claim.run, owner.id, claim.attempt);
      if (!row) return false;
      sql(database, "UPDATE job SET last_state = ?, last_at = ?, last_ms = ?, last_note = ? WHERE id = ?").run(outcome.state === "again" ? "failed" : state, row.started, Math.max(0, now - row.started), note, claim.job.id);
      forgetOld(database, claim.job.id);
      return true;
    })
    .immediate();
}

function forgetOld(database: Heartbeat["database"], job: number): void {
  sql(
    database,
    `DELETE FROM run WHERE id IN (SELECT id FROM run WHERE job = ? AND slot < (SELECT slot FROM run WHERE job = ? ORDER BY slot DESC LIMIT 1 OFFSET ?)
       AND state IN ('done', 'failed', 'skipped') ORDER BY slot LIMIT ?)`,
  ).run(job, job, keptRuns - 1, pruneStep);
}

/** Holds on to what this process runs; a lease that is nearly whole is left as it is. */
export function renewLeases({ database, owner }: Heartbeat, now: number): void {
  const whole = [now + leaseMs - freshMs, now + leaseMs];
  if (sql(database, "SELECT 1 FROM open_run WHERE state = 'running' AND owner = ? AND lease_until NOT BETWEEN ? AND ? LIMIT 1").get(owner.id, ...whole) === undefined) return;
  database.transaction(() => sql(database, "UPDATE run SET lease_until = ? WHERE id IN (SELECT id FROM open_run WHERE state = 'running' AND owner = ?)").run(now + leaseMs, owner.id)).immediate();
}

interface Held {
  id: number;
  name: string;
  job: number;
  attempt: number;
  cuts: number;
  owner: string;
  host: string;
  pid: number;
  start: string;
  lease: number;
}

/** Since when, by a clock that does not jump, each lease has been seen over. */
export type SeenOver = Map<string, number>;

/**
 * Frees the runs whose process is gone, so that they are run again under the same key. Of a process that is there still,
 * only when its lease has stood over for as long as a lease: after a sleep everybody's is over for a moment.
 * Returns the names of the jobs.
 */
export function freeCutRuns(heartbeat: Heartbeat, { now, monotonic, seen }: { now: number; monotonic: number; seen: SeenOver }): string[] {
  const { database, owner } = heartbeat;
  const held = sql<Held>(
    database,
    `SELECT run.id, job.name, run.job, attempt, cuts, run.owner, host, pid, process_start AS start, lease_until AS lease
     FROM open_run AS run JOIN job ON job.id = run.job WHERE run.state = 'running' AND run.owner <> ?`,
  ).all(owner.id);
  const known = new Set(held.map(leaseName));
  for (const name of seen.keys()) if (!known.has(name)) seen.delete(name);
  const cut = held.filter((run) => isCut(run, { now, monotonic, seen }));
  for (const run of cut) database.transaction(() => free(database, run, now)).immediate();
  return cut.map(({ name }) => name);
}

function isCut(run: Held, { now, monotonic, seen }: { now: number; monotonic: number; seen: SeenOver }): boolean {
  if (isAlive(run) === false) return true;
  const name = leaseName(run);
  if (run.lease > now && run.lease <= now + leaseMs) {
    seen.delete(name);
    return false;
  }
  const since = seen.get(name) ?? monotonic;
  seen.set(name, since);
  return monotonic - since >= leaseMs;
}

function leaseName({ id, attempt, lease }: Held): string {
  return `${id}:${attempt}:${lease}`;
}

function free(database: Heartbeat["database"], { id, job, attempt, owner, cuts }: Held, now: number): void {
  const last = cuts + 1 >= maxCuts;
  const note = last ? `The process that ran it ended ${maxCuts} times.` : "The process that ran it is gone.";
  const { changes } = sql(
    database,
    `UPDATE run SET state = ?, cuts = cuts + 1, note = ?, ended_ms = ?, again_ms = ?, lease_until = NULL, owner = '', pid = NULL, process_start = ''
     WHERE id = ? AND owner = ? AND attempt = ? AND state = 'running'`,
  ).run(last ? "failed" : "cut", note, now, last ? null : now, id, owner, attempt);
  if (changes > 0) sql(database, "UPDATE job SET last_state = ?, last_note = ? WHERE id = ?").run(last ? "failed" : "cut", note, job);
}
