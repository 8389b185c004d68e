import { type Database, sql } from "@paios/shared/sqlite";
import type { TraceEvent } from "@paios/shared/trace";
import { kindOf } from "./kinds.ts";

/** Attributes whose values name the trace in somebody else's log. */
const aliasKeys = ["gen_ai.tool.call.id", "session.id", "gen_ai.conversation.id", "paios.turn.id"];

const minuteMs = 60_000;
const hourMs = 3_600_000;

/** Writes events with their traces, aliases and rollups; call inside an immediate transaction. */
export function writeEvents(database: Database, events: readonly TraceEvent[]): void {
  const traces = upsertTraces(database, events);
  const sums = new Map<number, Sum>();
  const insert = sql(database, "INSERT INTO event(trace, kind, span_id, parent_id, time_ms, duration_ms, score, metadata) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  const alias = sql(database, "INSERT OR IGNORE INTO alias VALUES (?, ?)");
  for (const event of events) {
    const trace = traces.get(event.traceId);
    if (!trace) continue;
    const kind = kindOf(database, event);
    insert.run(trace.id, kind, event.spanId, event.parentId ?? null, event.time, event.durationMs ?? null, trace.score, JSON.stringify(event.metadata));
    for (const key of aliasKeys) {
      const value = event.metadata[key];
      if (typeof value === "string" && value !== "") alias.run(value, trace.id);
    }
    add(sums, kind, event);
  }
  writeSums(database, sums);
}

interface Trace {
  id: number;
  score: number | null;
}

function upsertTraces(database: Database, events: readonly TraceEvent[]): Map<string, Trace> {
  const seen = new Map<string, { first: number; last: number; events: number; errors: number }>();
  for (const { traceId, time, durationMs = 0, status } of events) {
    const error = status === "error" ? 1 : 0;
    const known = seen.get(traceId);
    if (!known) seen.set(traceId, { first: time, last: time + durationMs, events: 1, errors: error });
    else {
      known.first = Math.min(known.first, time);
      known.last = Math.max(known.last, time + durationMs);
      known.events++;
      known.errors += error;
    }
  }
  const upsert = sql<Trace>(
    database,
    `INSERT INTO trace(trace_id, first_ms, last_ms, events, errors) VALUES (?, ?, ?, ?, ?) ON CONFLICT(trace_id) DO UPDATE SET
       first_ms = min(first_ms, excluded.first_ms), last_ms = max(last_ms, excluded.last_ms), events = events + excluded.events, errors = errors + excluded.errors
     RETURNING id, score`,
  );
  return new Map([...seen].map(([traceId, { first, last, events: count, errors }]) => [traceId, upsert.get(traceId, first, last, count, errors) as Trace]));
}

interface Sum {
  events: number;
  durationMs: number;
  minutes: Map<number, { events: number; sum: number; max: number }>;
}

function add(sums: Map<number, Sum>, kind: number, { time, durationMs = 0 }: TraceEvent): void {
  let sum = sums.get(kind);
  if (!sum) sums.set(kind, (sum = { events: 0, durationMs: 0, minutes: new Map() }));
  sum.events++;
  sum.durationMs += durationMs;
  const at = Math.floor(time / minuteMs) * minuteMs;
  const minute = sum.minutes.get(at);
  if (!minute) sum.minutes.set(at, { events: 1, sum: durationMs, max: durationMs });
  else {
    minute.events++;
    minute.sum += durationMs;
    minute.max = Math.max(minute.max, durationMs);
  }
}

function writeSums(database: Database, sums: Map<number, Sum>): void {
  const total = sql(database, "UPDATE kind SET events = events + ?, duration_sum_ms = duration_sum_ms + ? WHERE id = ?");
  const [byMinute, byHour] = ["rollup_minute", "rollup_hour"].map((table) =>
    sql(
      database,
      `INSERT INTO ${table} VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET events = events + excluded.events,
         duration_sum_ms = duration_sum_ms + excluded.duration_sum_ms, duration_max_ms = max(duration_max_ms, excluded.duration_max_ms)`,
    ),
  );
  for (const [kind, { events, durationMs, minutes }] of sums) {
    total.run(events, durationMs, kind);
    for (const [at, minute] of minutes) {
      byMinute?.run(at, kind, minute.events, minute.sum, minute.max);
      byHour?.run(Math.floor(at / hourMs) * hourMs, kind, minute.events, minute.sum, minute.max);
    }
  }
}
