import { sql } from "@paios/shared/sqlite";
import { maxAgainMs } from "./claim.ts";
import type { Clock } from "./clock.ts";
import type { Heartbeat } from "./heartbeat.ts";
import { freeCutRuns, renewLeases, type SeenOver } from "./settle.ts";

export interface Look {
  now: number;
  monotonic: number;
}

/** Never longer: timers lie over a sleep, and the clock may be set. */
export const tickMs = 30_000;
const soonestMs = 250;
/** A place that another process gives free is seen after this; our own runs wake us. */
const blockedMs = 5_000;
const jumpMs = 5_000;
const lateMs = 2 * tickMs;

/** One look at the clocks and the ledger. Returns what a person may want to know, each one sentence. */
export function tick(heartbeat: Heartbeat, clock: Clock, before: Look | undefined, seen: SeenOver): { look: Look; said: string[] } {
  const look = { now: clock.now(), monotonic: clock.monotonic() };
  const said = before ? gapBetween(before, look) : [];
  renewLeases(heartbeat, look.now);
  const cut = freeCutRuns(heartbeat, { ...look, seen });
  said.push(...cut.map((name) => `${name} was cut and runs again.`));
  pullBack(heartbeat, look.now);
  expire(heartbeat, look.now);
  return { look, said };
}

/** How long nothing needs to be done. What was due at the last look and did not start waits for another run to end. */
export function untilNext({ database }: Heartbeat, lookedAt: number, now: number): number {
  const next = sql<number | null>(database, "SELECT min(next_at) FROM job INDEXED BY job_due WHERE enabled = 1 AND problem = '' AND NOT EXISTS (SELECT 1 FROM open_run WHERE open_run.job = job.id)").pluck().get() ?? Infinity;
  const again = sql<number | null>(database, "SELECT min(again_ms) FROM open_run WHERE state IN ('claimed', 'cut')").pluck().get() ?? Infinity;
  const first = Math.min(next, again);
  return first <= lookedAt ? blockedMs : Math.min(Math.max(first - now, soonestMs), tickMs);
}

/** The wall clock against one that only goes forward: a sleep or a set clock shows as a difference, a stop as a late tick. */
function gapBetween(before: Look, look: Look): string[] {
  const passed = look.monotonic - before.monotonic;
  const jump = look.now - before.now - passed;
  if (jump > jumpMs) return [`The clock went ${span(jump)} ahead: a sleep, or it was set. What is due is made up for by each job's rule.`];
  if (jump < -jumpMs) return [`The clock went ${span(-jump)} back. What ran does not run again.`];
  return passed > lateMs ? [`Nothing ran here for ${span(passed)}: the process was stopped or the machine was busy.`] : [];
}

/** After a clock that was ahead: an interval must not wait for the time that was never real. */
function pullBack({ database }: Heartbeat, now: number): void {
  const wrong = "every_ms IS NOT NULL AND next_at > ? + every_ms";
  if (sql(database, `SELECT 1 FROM job WHERE ${wrong} LIMIT 1`).get(now) === undefined) return;
  database.transaction(() => sql(database, `UPDATE job SET next_at = ? + every_ms WHERE ${wrong}`).run(now, now)).immediate();
}

/** Added jobs end when their time is over, and a while after their only slot has run. */
function expire({ database }: Heartbeat, now: number): void {
  const over = "message IS NOT NULL AND (expires_ms <= ? OR (next_at IS NULL AND coalesce(last_at, created_ms) <= ?)) AND NOT EXISTS (SELECT 1 FROM open_run WHERE open_run.job = job.id)";
  const times = [now, now - maxAgainMs];
  if (sql(database, `SELECT 1 FROM job WHERE ${over} LIMIT 1`).get(...times) === undefined) return;
  database.transaction(() => sql(database, `DELETE FROM job WHERE ${over}`).run(...times)).immediate();
}

function span(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3_600).toFixed(1)} h`;
}
