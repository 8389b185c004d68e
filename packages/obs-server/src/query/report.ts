import { sql } from "@paios/shared/sqlite";
import type { Obs } from "../obs.ts";

interface ReportRow {
  service: string;
  action: string;
  events: number;
  errors: number;
  meanMs: number;
  maxMs: number;
}

export interface Report {
  events: number;
  errors: number;
  mostUsed: ReportRow[];
  failing: ReportRow[];
  slowest: ReportRow[];
  scores: { given: number; mean?: number };
  store: { events: number; traces: number; megabytes: number };
}

const hourMs = 3_600_000;

/** What happened from one time to another, from the hourly sums. */
export function report({ database }: Obs, fromMs: number, toMs: number, top: number): Report {
  const rows = sql<ReportRow>(
    database,
    `SELECT service, action, sum(rollup.events) AS events, sum(CASE WHEN status = 'error' THEN rollup.events ELSE 0 END) AS errors,
       sum(rollup.duration_sum_ms) / sum(rollup.events) AS meanMs, max(duration_max_ms) AS maxMs
     FROM rollup_hour AS rollup JOIN kind ON kind.id = rollup.kind WHERE at_ms >= ? AND at_ms < ? GROUP BY service, action`,
  ).all(Math.floor(fromMs / hourMs) * hourMs, toMs);
  const best = (by: (row: ReportRow) => number) => rows.filter((row) => by(row) > 0).sort((a, b) => by(b) - by(a)).slice(0, top);
  const { given, mean } = sql<{ given: number; mean: number | null }>(database, "SELECT count(*) AS given, avg(score) AS mean FROM score WHERE given_ms >= ? AND given_ms < ?").get(fromMs, toMs) as { given: number; mean: number | null };
  const number = (text: string) => sql<number>(database, text).pluck().get() ?? 0;
  return {
    events: rows.reduce((sum, { events }) => sum + events, 0),
    errors: rows.reduce((sum, { errors }) => sum + errors, 0),
    mostUsed: best(({ events }) => events),
    failing: best(({ errors }) => errors),
    slowest: best(({ meanMs }) => meanMs),
    scores: { given, ...(mean !== null && { mean: Math.round(mean * 100) / 100 }) },
    store: {
      events: number("SELECT coalesce(max(id), 0) - coalesce(min(id), 1) + 1 FROM event"),
      traces: number("SELECT count(*) FROM trace"),
      megabytes: Math.round((Number(database.pragma("page_count", { simple: true })) * Number(database.pragma("page_size", { simple: true }))) / 104_857.6) / 10,
    },
  };
}
