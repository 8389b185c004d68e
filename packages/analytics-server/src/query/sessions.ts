import { type Database, sql } from "@paios/shared/sqlite";
import { slotMs } from "../index/ledger.ts";
import type { Costs } from "../price/cost.ts";
import type { UsageFilter } from "./usage.ts";

export interface SessionUsage {
  session: string;
  client: string;
  project: string;
  startedMs: number;
  endedMs: number;
  requests: number;
  inputTokens: number;
  outputTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens: number;
  costMicros: number;
  unpricedTokens: number;
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
  return found.map(({ id, ...session }) => ({ ...session, ...usageOf(database, id, costs) }));
}

interface Sums {
  model: string;
  band: number;
  requests: number;
  input: number;
  output: number;
  cacheRead: number;
  cache5m: number;
  cache1h: number;
}

function usageOf(database: Database, session: number, costs: Costs) {
  const sums = sql<Sums>(
    database,
    `SELECT model.name AS model, band, sum(requests) AS requests, sum(input) AS input, sum(output) AS output, sum(cache_read) AS cacheRead,
       sum(cache_5m) AS cache5m, sum(cache_1h) AS cache1h
     FROM usage JOIN model ON model.id = usage.model WHERE session = ? GROUP BY usage.model, band HAVING sum(requests) > 0 ORDER BY sum(output) DESC`,
  ).all(session);
  const total = (field: (each: Sums) => number) => sums.reduce((sum, each) => sum + field(each), 0);
  const priced = sums.map((each) => ({ each, cost: costs.of(each.model, each.band, each) }));
  return {
    requests: total(({ requests }) => requests),
    inputTokens: total(({ input }) => input),
    outputTokens: total(({ output }) => output),
    cacheReadTokens: total(({ cacheRead }) => cacheRead),
    cacheWriteTokens: total(({ cache5m, cache1h }) => cache5m + cache1h),
    costMicros: Number((priced.reduce((sum, { cost }) => sum + (cost ?? 0n), 0n) + 500_000n) / 1_000_000n),
    unpricedTokens: priced.reduce((sum, { each, cost }) => (cost === undefined ? sum + each.input + each.output + each.cacheRead + each.cache5m + each.cache1h : sum), 0),
    models: [...new Set(sums.map(({ model }) => model))],
  };
}
