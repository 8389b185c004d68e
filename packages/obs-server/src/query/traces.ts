import { type Database, sql } from "@paios/shared/sqlite";

/** A session has many traces; so many of the newest are looked at. */
const maxTraces = 200;

/** A trace's row ids by its own id, or by an id some program gave it: a tool-use id, call id, session id. Newest first. */
export function findTraces(database: Database, id: string): number[] {
  const own = sql<number>(database, "SELECT id FROM trace WHERE trace_id = ?").pluck().get(id);
  if (own !== undefined) return [own];
  return sql<number>(database, "SELECT trace FROM alias WHERE value = ? ORDER BY trace DESC LIMIT ?").pluck().all(id, maxTraces);
}
