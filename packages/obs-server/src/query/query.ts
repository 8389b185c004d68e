import { UserError } from "@paios/shared/errors";
import { type Database, sql } from "@paios/shared/sqlite";
import type { TraceEvent } from "@paios/shared/trace";
import type { Obs } from "../obs.ts";
import { type Kind, kindsLike } from "../store/kinds.ts";
import { findTraces } from "./traces.ts";

/** What narrows a question. Times are epoch ms; `traceId` is any id that names a trace. */
export interface EventFilter {
  traceId?: string | undefined;
  category?: string | undefined;
  action?: string | undefined;
  service?: string | undefined;
  status?: "ok" | "error" | undefined;
  sinceMs?: number | undefined;
  untilMs?: number | undefined;
  minScore?: number | undefined;
  maxScore?: number | undefined;
  text?: string | undefined;
}

export type FoundEvent = Omit<TraceEvent, "status"> & { id: number; status: "ok" | "error"; score?: number };

/** Where the next page begins: behind the event of this time and id. */
export interface Place {
  timeMs: number;
  id: number;
}

/** With more kinds than this nearly every event fits, and going through them by time is faster. */
const maxStreams = 200;
/** Rows of a common word that are looked at for other filters to let through; then the page ends where it is. */
const maxTextRows = 5_000;

interface Found {
  id: number;
  time_ms: number;
}

/** Events that fit, newest first (by words: latest stored first), at most `limit`, behind `after`. */
export function findEvents({ database }: Obs, filter: EventFilter, limit: number, after?: Place): { events: FoundEvent[]; next?: Place } {
  const kinds = narrowsKinds(filter) ? kindsLike(database, filter) : undefined;
  if (kinds?.length === 0) return { events: [] };
  if (filter.text !== undefined) return byText(database, filter, kinds, limit, after);
  const found = newestOf(streams(database, filter, kinds), limit + 1, (stream, count) => rowsOf(database, stream, filter, after, count));
  const last = found.length > limit ? found[limit - 1] : undefined;
  return { events: fetchEvents(database, found.slice(0, limit)), ...(last && { next: { timeMs: last.time_ms, id: last.id } }) };
}

/** How many events fit; reads them all. */
export function countEvents({ database }: Obs, filter: EventFilter): number {
  const kinds = narrowsKinds(filter) ? kindsLike(database, filter) : undefined;
  if (kinds?.length === 0) return 0;
  if (filter.text !== undefined) {
    const { where, values } = residual(database, filter, kinds);
    return sql<number>(database, `SELECT count(*) FROM event_text CROSS JOIN event ON event.id = event_text.rowid WHERE event_text MATCH ? ${and(where)}`).pluck().get(words(filter.text), ...values) ?? 0;
  }
  return streams(database, filter, kinds).reduce((sum, { where, values }) => {
    const times = timeRange(filter);
    return sum + (sql<number>(database, `SELECT count(*) FROM event WHERE ${[...where, ...times.where].join(" AND ") || "1"}`).pluck().get(...values, ...times.values) ?? 0);
  }, 0);
}

/** A part of the events that an index gives in the order of time. */
interface Stream {
  where: string[];
  values: (number | string)[];
}

function streams(database: Database, filter: EventFilter, kinds: readonly Kind[] | undefined): Stream[] {
  const { minScore, maxScore } = filter;
  const scores = minScore === undefined && maxScore === undefined ? undefined : [1, 2, 3, 4, 5].filter((score) => score >= (minScore ?? 1) && score <= (maxScore ?? 5));
  const kindSet: Stream = kinds ? { where: ["kind IN (SELECT value FROM json_each(?))"], values: [JSON.stringify(kinds.map(({ id }) => id))] } : { where: [], values: [] };
  if (filter.traceId !== undefined) {
    const scored: Stream = scores ? { where: ["score IN (SELECT value FROM json_each(?))"], values: [JSON.stringify(scores)] } : { where: [], values: [] };
    return findTraces(database, filter.traceId).map((trace) => both({ where: ["trace = ?"], values: [trace] }, both(kindSet, scored)));
  }
  if (scores) return scores.map((score) => both({ where: ["score = ?"], values: [score] }, kindSet));
  if (kinds && kinds.length <= maxStreams) return kinds.map(({ id }) => ({ where: ["kind = ?"], values: [id] }));
  return [kindSet];
}

function rowsOf(database: Database, { where, values }: Stream, filter: EventFilter, after: Place | undefined, limit: number): Found[] {
  const times = timeRange(filter, after);
  return sql<Found>(database, `SELECT id, time_ms FROM event ${whereAll([...where, ...times.where])} ORDER BY time_ms DESC, id DESC LIMIT ?`).all(...values, ...times.values, limit);
}

function timeRange({ sinceMs, untilMs }: EventFilter, after?: Place): Stream {
  const range: Stream = { where: [], values: [] };
  if (sinceMs !== undefined) push(range, "time_ms >= ?", sinceMs);
  if (untilMs !== undefined) push(range, "time_ms < ?", untilMs);
  if (after) {
    push(range, "time_ms <= ?", after.timeMs);
    push(range, "NOT (time_ms = ? AND id >= ?)", after.timeMs, after.id);
  }
  return range;
}

/** Events with all the words, latest stored first: the order the text index has. */
function byText(database: Database, filter: EventFilter, kinds: readonly Kind[] | undefined, limit: number, after?: Place): { events: FoundEvent[]; next?: Place } {
  const rows = sql<Found & { rank: number }>(
    database,
    "SELECT event_text.rowid AS id, 0 AS time_ms FROM event_text WHERE event_text MATCH ? AND event_text.rowid < ? ORDER BY event_text.rowid DESC LIMIT ?",
  ).all(words(filter.text ?? ""), after?.id ?? Number.MAX_SAFE_INTEGER, maxTextRows);
  const { where, values } = residual(database, filter, kinds);
  const fits = sql<number>(database, `SELECT event.id FROM event WHERE event.id = ? ${and(where)}`).pluck();
  const found: Found[] = [];
  let seen = 0;
  for (const row of rows) {
    seen++;
    if (where.length > 0 && fits.get(row.id, ...values) === undefined) continue;
    found.push(row);
    if (found.length === limit) break;
  }
  const last = rows[seen - 1];
  const more = last && (seen < rows.length || rows.length === maxTextRows);
  return { events: fetchEvents(database, found), ...(more && { next: { timeMs: 0, id: last.id } }) };
}

/** All filters but the words, as conditions on one event. */
function residual(database: Database, filter: EventFilter, kinds: readonly Kind[] | undefined): Stream {
  const { minScore, maxScore, traceId } = filter;
  const conditions = timeRange(filter);
  if (kinds) push(conditions, "kind IN (SELECT value FROM json_each(?))", JSON.stringify(kinds.map(({ id }) => id)));
  if (minScore !== undefined) push(conditions, "score >= ?", minScore);
  if (maxScore !== undefined) push(conditions, "score <= ?", maxScore);
  if (traceId !== undefined) push(conditions, "trace IN (SELECT value FROM json_each(?))", JSON.stringify(findTraces(database, traceId)));
  return conditions;
}

/** Every word must be there; what is no letter or digit divides words, as it does in the index. */
function words(text: string): string {
  const found = text.match(/[\p{L}\p{N}]+/gu) ?? [];
  if (found.length === 0) throw new UserError("bad_input", "text has no letters or digits. Give words that stand in the event.");
  return found.map((word) => `"${word}"`).join(" AND ");
}

/**
 * The first `limit` of all streams, newest first. Of many streams each is asked for a few at first, and for all only
 * where the few were not enough.
 */
function newestOf(all: readonly Stream[], limit: number, read: (stream: Stream, count: number) => Found[]): Found[] {
  const few = Math.min(limit, Math.ceil((4 * limit) / Math.max(all.length, 1)));
  const lists = all.map((stream) => read(stream, few));
  const newest = () => lists.flat().sort(newestFirst).slice(0, limit);
  const last = newest()[limit - 1];
  for (const [at, list] of lists.entries()) {
    const end = list[few - 1];
    const stream = all[at];
    if (stream && few < limit && end && (!last || newestFirst(end, last) < 0)) lists[at] = read(stream, limit);
  }
  return newest();
}

function newestFirst(a: Found, b: Found): number {
  return b.time_ms - a.time_ms || b.id - a.id;
}

interface EventRow {
  id: number;
  trace_id: string;
  span_id: string;
  parent_id: string | null;
  time_ms: number;
  duration_ms: number | null;
  score: number | null;
  metadata: string;
  service: string;
  category: string;
  action: string;
  status: "ok" | "error";
}

/** Whole events in the order of `found`. */
function fetchEvents(database: Database, found: readonly { id: number }[]): FoundEvent[] {
  const rows = sql<EventRow>(
    database,
    `SELECT event.id, trace_id, span_id, parent_id, time_ms, duration_ms, event.score, metadata, service, category, action, status
     FROM json_each(?) CROSS JOIN event ON event.id = json_each.value CROSS JOIN trace ON trace.id = event.trace CROSS JOIN kind ON kind.id = event.kind`,
  ).all(JSON.stringify(found.map(({ id }) => id)));
  return rows.map(eventOf);
}

/** A trace's events in the order of time, at most `limit`. */
export function eventsOfTrace(database: Database, trace: number, limit: number): FoundEvent[] {
  return fetchEvents(database, sql<Found>(database, "SELECT id, time_ms FROM event WHERE trace = ? ORDER BY time_ms, id LIMIT ?").all(trace, limit));
}

function eventOf({ trace_id, span_id, parent_id, time_ms, duration_ms, score, metadata, ...row }: EventRow): FoundEvent {
  return {
    ...row,
    traceId: trace_id,
    spanId: span_id,
    ...(parent_id !== null && { parentId: parent_id }),
    time: time_ms,
    ...(duration_ms !== null && { durationMs: duration_ms }),
    metadata: JSON.parse(metadata) as Record<string, unknown>,
    ...(score !== null && { score }),
  };
}

function narrowsKinds({ category, action, service, status }: EventFilter): boolean {
  return [category, action, service, status].some((value) => value !== undefined);
}

function both(a: Stream, b: Stream): Stream {
  return { where: [...a.where, ...b.where], values: [...a.values, ...b.values] };
}

function push(stream: Stream, condition: string, ...values: (number | string)[]): void {
  stream.where.push(condition);
  stream.values.push(...values);
}

function whereAll(conditions: readonly string[]): string {
  return conditions.length > 0 ? `WHERE ${conditions.join(" AND ")}` : "";
}

function and(conditions: readonly string[]): string {
  return conditions.map((condition) => `AND ${condition}`).join(" ");
}
