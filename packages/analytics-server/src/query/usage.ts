import { type Database, sql } from "@paios/shared/sqlite";
import { summedZone } from "../index/calendar.ts";
import { slotMs } from "../index/ledger.ts";
import type { Costs } from "../price/cost.ts";
import { type Calendar, dayName, weekOf } from "./days.ts";

export const groupings = ["day", "week", "month", "session", "model", "project", "client", "mcp_server"] as const;
export type Grouping = (typeof groupings)[number];

export interface UsageFilter {
  /** Slots, the last one excluded. */
  from?: number | undefined;
  to?: number | undefined;
  client?: string | undefined;
}

/** Sums of a group of requests. `costMicros` are millionths of a dollar of what has a price. */
export interface UsageSums {
  requests: number;
  inputTokens: number;
  outputTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens: number;
  cacheWrite5mTokens: number;
  cacheWrite1hTokens: number;
  reasoningTokens: number;
  costMicros: number;
  /** Tokens of models without a price: their cost is not known, and not in the sum. */
  unpricedTokens: number;
}

export interface UsageGroups {
  rows: (UsageSums & { key: string })[];
  totals: UsageSums;
}

interface Sums {
  key: number;
  model: number;
  band: number;
  requests: number;
  input: number;
  output: number;
  cacheRead: number;
  cache5m: number;
  cache1h: number;
  reasoning: number;
}

/** Sums by a grouping, in the order of time or from the largest. All groupings sum the same requests. */
export function usageBy(database: Database, grouping: Grouping, filter: UsageFilter, calendar: Calendar, costs: Costs): UsageGroups {
  const groups = new Map<string, Group>();
  const totals = newGroup();
  const models = namesOf(database, named.model);
  const nameOf = naming(database, grouping);
  for (const sums of readSums(database, grouping, filter, calendar)) {
    const key = nameOf(sums.key);
    let group = groups.get(key);
    if (!group) groups.set(key, (group = newGroup()));
    const cost = costs.of(models.get(sums.model) ?? "", sums.band, sums);
    add(group, sums, cost);
    add(totals, sums, cost);
  }
  const rows = Array.from(groups, ([key, group]) => ({ key, ...shown(group) }));
  rows.sort((a, b) => (grouping in byTime ? compare(a.key, b.key) : b.costMicros - a.costMicros || allTokens(b) - allTokens(a) || compare(a.key, b.key)));
  return { rows, totals: shown(totals) };
}

/** What a row is counted under. */
const keys: Record<Grouping, string> = { day: "day", week: "day", month: "day", session: "session", project: "session", client: "session", model: "model", mcp_server: "mcp_server" };
const maxSlot = 100_000_000;

/** The sums there are, where their days are the calendar's; else the requests themselves. */
function readSums(database: Database, grouping: Grouping, { from, to, client }: UsageFilter, calendar: Calendar): Iterable<Sums> {
  const isMidnight = (slot: number | undefined) => slot === undefined || calendar.dayNumber(slot) !== calendar.dayNumber(slot - 1);
  const ofClient = client === undefined ? "" : "AND session IN (SELECT id FROM session WHERE client = :client)";
  const named = client === undefined ? {} : { client };
  const columns = "model, band, sum(input) AS input, sum(output) AS output, sum(cache_read) AS cacheRead, sum(cache_5m) AS cache5m, sum(cache_1h) AS cache1h, sum(reasoning) AS reasoning";
  if (calendar.timezone === summedZone(database) && isMidnight(from) && isMidnight(to)) {
    const [first, end] = [from === undefined ? 0 : calendar.dayNumber(from), to === undefined ? maxSlot : calendar.dayNumber(to)];
    return sql<Sums>(database, `SELECT ${keys[grouping]} AS key, sum(requests) AS requests, ${columns} FROM usage WHERE day >= :first AND day < :end ${ofClient} GROUP BY 1, model, band HAVING sum(requests) > 0`).iterate({ ...named, first, end });
  }
  const key = keys[grouping] === "day" ? "slot" : keys[grouping];
  const found = sql<Sums>(database, `SELECT ${key} AS key, count(*) AS requests, ${columns} FROM request WHERE slot >= :from AND slot < :to ${ofClient} GROUP BY 1, model, band`).iterate({ ...named, from: from ?? 0, to: to ?? maxSlot });
  return key === "slot" ? withDays(found, calendar) : found;
}

function* withDays(found: Iterable<Sums>, calendar: Calendar): Iterable<Sums> {
  for (const sums of found) yield { ...sums, key: calendar.dayNumber(sums.key) };
}

const named = {
  session: "SELECT id, name FROM session",
  project: "SELECT session.id, project.name FROM session JOIN project ON project.id = session.project",
  client: "SELECT id, client FROM session",
  model: "SELECT id, name FROM model",
  mcp_server: "SELECT id, name FROM mcp_server",
};

const byTime = { day: (day: number) => dayName(day), week: (day: number) => weekOf(dayName(day)), month: (day: number) => dayName(day).slice(0, 7) };

function naming(database: Database, grouping: Grouping): (key: number) => string {
  const isTime = grouping === "day" || grouping === "week" || grouping === "month";
  const names = isTime ? new Map<number, string>() : namesOf(database, named[grouping]);
  const make = isTime ? byTime[grouping] : () => "none";
  return (key) => {
    let name = names.get(key);
    if (name === undefined) names.set(key, (name = make(key)));
    return name;
  };
}

function namesOf(database: Database, query: string): Map<number, string> {
  return new Map(sql<[number, string]>(database, query).raw().all());
}

type Group = Omit<UsageSums, "costMicros" | "cacheWriteTokens"> & { picos: bigint };

function newGroup(): Group {
  return { requests: 0, inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWrite5mTokens: 0, cacheWrite1hTokens: 0, reasoningTokens: 0, unpricedTokens: 0, picos: 0n };
}

function add(group: Group, sums: Sums, cost: bigint | undefined): void {
  group.requests += sums.requests;
  group.inputTokens += sums.input;
  group.outputTokens += sums.output;
  group.cacheReadTokens += sums.cacheRead;
  group.cacheWrite5mTokens += sums.cache5m;
  group.cacheWrite1hTokens += sums.cache1h;
  group.reasoningTokens += sums.reasoning;
  if (cost === undefined) group.unpricedTokens += sums.input + sums.output + sums.cacheRead + sums.cache5m + sums.cache1h;
  else group.picos += cost;
}

function shown({ picos, ...group }: Group): UsageSums {
  return { ...group, cacheWriteTokens: group.cacheWrite5mTokens + group.cacheWrite1hTokens, costMicros: Number((picos + 500_000n) / 1_000_000n) };
}

function allTokens({ inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens }: UsageSums): number {
  return inputTokens + outputTokens + cacheReadTokens + cacheWriteTokens;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The slot that a moment lies in. */
export function slotAt(ms: number): number {
  return Math.floor(ms / slotMs);
}
