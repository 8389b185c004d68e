import { sql } from "@paios/shared/sqlite";
import type { Obs } from "../obs.ts";
import { textOf } from "./text.ts";

/** So many rows at a time keep a transaction under 30 ms. */
const stepRows = 50;
const dayMs = 86_400_000;

/**
 * Removes what is older than the settings keep, and the oldest while the store is over its size, in short transactions
 * until nothing is left to do or `budgetMs` is over. Returns how many events went.
 */
export function prune(obs: Obs, now: number, budgetMs = 1_000): number {
  const until = performance.now() + budgetMs;
  const { eventDays, errorDays, rollupDays, maxMegabytes } = obs.config.retention;
  const all = (step: () => number) => {
    let removed = 0;
    for (let count = step(); count > 0; count = performance.now() < until ? step() : 0) removed += count;
    return removed;
  };
  const removed = [
    all(() => removeOrdinary(obs, now - eventDays * dayMs)),
    all(() => removeOldest(obs, now - errorDays * dayMs)),
    all(() => (usedBytes(obs) > maxMegabytes * 1_048_576 ? removeOldest(obs, now) : 0)),
  ];
  all(() => removeSums(obs, "rollup_minute", now - eventDays * dayMs));
  all(() => removeSums(obs, "rollup_hour", now - rollupDays * dayMs));
  const { database } = obs;
  database
    .transaction(() => {
      sql(database, "DELETE FROM alert WHERE state = 'resolved' AND resolved_ms < ?").run(now - errorDays * dayMs);
      sql(database, "DELETE FROM outbox WHERE created_ms < ? AND NOT EXISTS (SELECT 1 FROM delivery WHERE message = outbox.id AND state IN ('waiting', 'sending'))").run(now - eventDays * dayMs);
    })
    .immediate();
  return removed.reduce((sum, count) => sum + count, 0);
}

interface Candidate {
  id: number;
  trace: number;
  time_ms: number;
  kept: number;
  action: string;
  service: string;
  metadata: string;
}

const candidates = "SELECT event.id, event.trace, time_ms, action, service, metadata, trace.errors > 0 OR trace.score IS NOT NULL AS kept FROM event CROSS JOIN trace ON trace.id = event.trace CROSS JOIN kind ON kind.id = event.kind";

/** Events that are neither errors nor of a scored trace or of one with an error. What stays is passed by for good. */
function removeOrdinary({ database }: Obs, before: number): number {
  return database
    .transaction(() => {
      const from = sql<number>(database, "SELECT value FROM progress WHERE name = 'pruned'").pluck().get() ?? 0;
      const rows = sql<Candidate>(
        database,
        `${candidates} WHERE time_ms >= ? AND time_ms < ? ORDER BY time_ms LIMIT ?`,
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
      const rows = sql<Candidate>(database, `${candidates} WHERE time_ms < ? ORDER BY time_ms LIMIT ?`).all(before, stepRows);
      remove(database, rows);
      return rows.length;
    })
    .immediate();
}

function removeSums({ database }: Obs, table: "rollup_minute" | "rollup_hour", before: number): number {
  const remove = sql(database, `DELETE FROM ${table} WHERE at_ms < ? AND at_ms <= (SELECT max(at_ms) FROM (SELECT at_ms FROM ${table} ORDER BY at_ms LIMIT ?))`);
  return database.transaction(() => remove.run(before, stepRows).changes).immediate();
}

function remove(database: Obs["database"], rows: readonly Candidate[]): void {
  const filled = sql<number>(database, "SELECT value FROM progress WHERE name = 'text'").pluck().get() ?? 0;
  const [text, event] = [sql(database, "INSERT INTO event_text(event_text, rowid, text) VALUES ('delete', ?, ?)"), sql(database, "DELETE FROM event WHERE id = ?")];
  for (const row of rows) {
    // An entry that is not there yet must not be taken out: the index would be wrong ever after.
    if (row.id <= filled) text.run(row.id, textOf(row));
    event.run(row.id);
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
