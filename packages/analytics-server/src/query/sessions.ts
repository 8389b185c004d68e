import { type Database, sql } from "@paios/shared/sqlite";
import { slotMs } from "../index/ledger.ts";
import type { Costs } from "../price/cost.ts";
import { sumAll, sumColumns, type Sums, type UsageSums } from "./sums.ts";
import { modelNames, type UsageFilter } from "./usage.ts";

export interface SessionUsage extends UsageSums {
  session: string;
  client: string;
  project: string;
  startedMs: number;
  endedMs: number;
  toolCalls: number;
  toolErrors: number;
  models: string[];
}

interface Found {
  id: number;
  session: string;
  client: string;
  project: string;
  startedMs: number;
  endedMs: number;
  toolCalls: number;
  toolErrors: number;
}

/** Sessions that were active in a stretch of time, the latest first; each with all it used. */
export function recentSessions(database: Database, { from, to, client, project, limit }: UsageFilter & { project?: string | undefined; limit: number }, costs: Costs): SessionUsage[] {
  const found = sql<Found>(
    database,
    `SELECT session.id, session.name AS session, client, project.name AS project, first_ms AS startedMs, last_ms AS endedMs,
       (SELECT coalesce(sum(calls), 0) FROM tool_use WHERE session = session.id) AS toolCalls,
       (SELECT coalesce(sum(errors), 0) FROM tool_use WHERE session = session.id) AS toolErrors
     FROM session JOIN project ON project.id = session.project
     WHERE last_ms >= ? AND first_ms < ? AND (? IS NULL OR client = ?) AND (? IS NULL OR project.name = ? OR project.name LIKE '%/' || ?)
     ORDER BY last_ms DESC LIMIT ?`,
  ).all((from ?? 0) * slotMs, (to ?? Number.MAX_SAFE_INTEGER / slotMs) * slotMs, client ?? null, client ?? null, project ?? null, project ?? null, project ?? null, limit);
  const names = modelNames(database);
  return found.map(({ id, ...session }) => ({ ...session, ...usageOf(database, id, names, costs) }));
}

function usageOf(database: Database, session: number, names: Map<number, string>, costs: Costs) {
  const sums = sql<Sums>(database, `SELECT sum(requests) AS requests, ${sumColumns} FROM usage WHERE session = ? GROUP BY model, band HAVING sum(requests) > 0 ORDER BY sum(output) DESC`).all(session);
  return { ...sumAll(sums, names, costs), models: [...new Set(sums.map(({ model }) => names.get(model) ?? ""))] };
}
