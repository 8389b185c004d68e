import { sql } from "@paios/shared/sqlite";
import type { Obs } from "../obs.ts";

/** So many rows at a time keep a transaction under 30 ms. */
const stepRows = 250;
const dayMs = 86_400_000;

/**
 * Removes what is older than the settings keep, and the oldest while the store is over its size, in short transactions
 * until nothing is left to do or `budgetMs` is over. Returns how many events went.
 */
export function prune(obs: Obs, now: number, budgetMs = 1_000): number {
  const until = performance.now() + budgetMs;
  const { eventDays, errorDays, rollupDays, maxMegabytes } = obs.config.retention;
  let removed = 0;
  const all = (step: () => number) => {
    for (let count = step(); count > 0; count = performance.now() < until ? step() : 0) removed += count;
  };
  all(() => removeOrdinary(obs, now - eventDays * dayMs));
  all(() => removeOldest(obs, now - errorDays * dayMs));
  all(() => (usedBytes(obs) > maxMegabytes * 1_048_576 ? removeOldest(obs, now) : 0));
  const { database } = obs;
  database
    .transaction(() => {
      sql(database, "DELETE FROM rollup_minute WHERE at_ms < ?").run(now - eventDays * dayMs);
      sql(database, "DELETE FROM rollup_hour WHERE at_ms < ?").run(now - rollupDays * dayMs);
      sql(database, "DELETE FROM alert WHERE state = 'resolved' AND resolved_ms < ?").run(now - errorDays * dayMs);
      sql(database, "DELETE FROM outbox WHERE created_ms < ? AND NOT EXISTS (SELECT 1 FROM delivery WHERE message = outbox.id AND state IN ('waiting', 'sending'))").run(now - eventDays * dayMs);
    })
    .immediate();
  return removed;
}

interface Candidate {
  id: number;
  trace: number;
  time_ms: number;
  kept: number;
}

/** Events that are neither errors nor of a scored trace or of one with an error. What stays is passed by for good. */
function removeOrdinary({ database }: Obs, before: number): number {
  return database
    .transaction(() => {
      const from = sql<number>(database, "SELECT value FROM progress WHERE name = 'pruned'").pluck().get() ?? 0;
      const rows = sql<Candidate>(
        database,
        `SELECT event.id, event.trace, time_ms, trace.errors > 0 OR trace.score IS NOT NULL AS kept
         FROM event JOIN trace ON trace.id = event.trace WHERE time_ms >= ? AND time_ms < ? ORDER BY time_ms LIMIT ?`,
      ).all(from, before, stepRows);
      const gone = rows.filter(({ kept }) => kept === 0);
      remove(database, gone);
      const last = rows.at(-1);
      // Of the last millisecond not all may have been seen; those that were removed are not seen again.
      const next = last && rows.length === stepRows && last.time_ms > from ? last.time_ms : before;
      if (last) sql(database, "INSERT INTO progress VALUES ('pruned', ?) ON CONFLICT DO UPDATE SET value = excluded.value").run(Math.floor(next));
      return last && next < before ? Math.max(gone.length, 1) : gone.length;
    })
    .immediate();
}

function removeOldest({ database }: Obs, before: number): number {
  return database
    .transaction(() => {
      const rows = sql<Candidate>(database, "SELECT id, trace, time_ms, 0 AS kept FROM event WHERE time_ms < ? ORDER BY time_ms LIMIT ?").all(before, stepRows);
      remove(database, rows);
      return rows.length;
    })
    .immediate();
}

function remove(database: Obs["database"], rows: readonly Candidate[]): void {
  const [text, event] = [sql(database, "DELETE FROM event_text WHERE rowid = ?"), sql(database, "DELETE FROM event WHERE id = ?")];
  for (const { id } of rows) {
    text.run(id);
    event.run(id);
  }
  for (const trace of new Set(rows.map((row) => row.trace))) {
    const left = sql(database, "SELECT 1 FROM event WHERE trace = ? LIMIT 1").get(trace);
    if (left !== undefined) continue;
    for (const table of ["alias", "score"]) sql(database, `DELETE FROM ${table} WHERE trace = ?`).run(trace);
    sql(database, "DELETE FROM trace WHERE id = ?").run(trace);
  }
}

/** What the tables use; pages that were freed are used again and do not count. */
function usedBytes({ database }: Obs): number {
  const [pages, free, size] = ["page_count", "freelist_count", "page_size"].map((name) => Number(database.pragma(name, { simple: true })));
  return ((pages ?? 0) - (free ?? 0)) * (size ?? 0);
}
