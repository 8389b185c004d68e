import { type Database, sql } from "@paios/shared/sqlite";
import type { TraceEvent } from "@paios/shared/trace";

/** An event's service, category, action and status, of which there are few. */
export type KindFields = Pick<TraceEvent, "service" | "category" | "action" | "status">;

export interface Kind extends KindFields {
  id: number;
  events: number;
  duration_sum_ms: number;
}

/** Whoever makes up a new action for each event would make every question slow; beyond this it is called "other". */
const maxKinds = 5_000;

const known = new WeakMap<Database, Map<string, number>>();

/** The id of an event's kind, made when it is new; call inside a transaction. */
export function kindOf(database: Database, { service, category, action, status }: KindFields): number {
  const ids = cacheOf(database);
  const key = `${service}\n${category}\n${action}\n${status}`;
  const cached = ids.get(key);
  if (cached !== undefined) return cached;
  const found = sql<number>(database, "SELECT id FROM kind WHERE service = ? AND category = ? AND action = ? AND status = ?").pluck().get(service, category, action, status);
  if (found !== undefined) ids.set(key, found);
  else if (action !== "other" && (sql<number>(database, "SELECT count(*) FROM kind").pluck().get() ?? 0) >= maxKinds) return kindOf(database, { service, category, action: "other", status });
  // Not remembered: the transaction may be rolled back.
  return found ?? Number(sql(database, "INSERT INTO kind(service, category, action, status, events, duration_sum_ms) VALUES (?, ?, ?, ?, 0, 0)").run(service, category, action, status).lastInsertRowid);
}

/** The kinds that fit what is asked for; all of them when nothing is. */
export function kindsLike(database: Database, wanted: Partial<Record<keyof KindFields, string | undefined>>): Kind[] {
  return allKinds(database).filter((kind) => (["service", "category", "action", "status"] as const).every((field) => wanted[field] === undefined || kind[field] === wanted[field]));
}

/** Every kind with how many events it had and how long they took together, since the store was made. */
export function allKinds(database: Database): Kind[] {
  return sql<Kind>(database, "SELECT id, service, category, action, status, events, duration_sum_ms FROM kind").all();
}

/** The same for a program that shows them, as ever growing counters. */
export function counters({ database }: { database: Database }): (KindFields & { events: number; durationSumMs: number })[] {
  return allKinds(database).map(({ service, category, action, status, events, duration_sum_ms }) => ({ service, category, action, status, events, durationSumMs: duration_sum_ms }));
}

function cacheOf(database: Database): Map<string, number> {
  let ids = known.get(database);
  if (!ids) known.set(database, (ids = new Map()));
  return ids;
}
