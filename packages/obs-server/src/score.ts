import { UserError } from "@paios/shared/errors";
import { sql } from "@paios/shared/sqlite";
import type { Obs } from "./obs.ts";
import { findTraces } from "./query/traces.ts";

export interface NewScore {
  /** Any id that names one trace. */
  traceId: string;
  /** A span of it, when only that is meant. */
  spanId?: string | undefined;
  score: number;
  source: string;
  comment: string;
}

export interface Scored {
  traceId: string;
  score: number;
  /** How many scores the trace has now, and their mean. */
  scores: number;
  mean: number;
}

/** Adds a score; earlier ones stay. A trace's score is the last that was given to it as a whole. */
export function addScore({ database }: Obs, { traceId, spanId, score, source, comment }: NewScore, now: number): Scored {
  return database
    .transaction(() => {
      const [trace, another] = findTraces(database, traceId);
      if (trace === undefined) throw new UserError("not_found", `There is no trace ${traceId.slice(0, 80)}. obs_query shows what there is.`);
      if (another !== undefined) throw new UserError("bad_input", `${traceId.slice(0, 80)} names more than one trace, as a session does. Give the id of one; obs_trace shows them.`);
      if (spanId !== undefined && sql(database, "UPDATE event SET score = ? WHERE trace = ? AND span_id = ?").run(score, trace, spanId).changes === 0) {
        throw new UserError("not_found", `The trace has no span ${spanId.slice(0, 40)}. obs_trace shows its spans.`);
      }
      sql(database, "INSERT INTO score(trace, span_id, score, source, comment, given_ms) VALUES (?, ?, ?, ?, ?, ?)").run(trace, spanId ?? null, score, source, comment, now);
      if (spanId === undefined) {
        sql(database, "UPDATE trace SET score = ? WHERE id = ?").run(score, trace);
        // A span that was scored for itself keeps its own.
        sql(database, "UPDATE event SET score = ? WHERE trace = ? AND span_id NOT IN (SELECT span_id FROM score WHERE trace = event.trace AND span_id IS NOT NULL)").run(score, trace);
      }
      const { trace_id, scores, mean } = sql<{ trace_id: string; scores: number; mean: number }>(
        database,
        "SELECT trace_id, (SELECT count(*) FROM score WHERE trace = trace.id) AS scores, (SELECT avg(score) FROM score WHERE trace = trace.id) AS mean FROM trace WHERE id = ?",
      ).get(trace) as { trace_id: string; scores: number; mean: number };
      return { traceId: trace_id, score, scores, mean };
    })
    .immediate();
}
