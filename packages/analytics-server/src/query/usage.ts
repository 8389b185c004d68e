import { type Database, sql } from "@paios/shared/sqlite";
import { summedZone } from "../index/calendar.ts";
import { slotMs } from "../index/ledger.ts";
import type { Costs } from "../price/cost.ts";
import { type Calendar, dayName, weekOf } from "./days.ts";
import { addTo, type Group, newGroup, shownSums, sumColumns, type Sums, type UsageSums } from "./sums.ts";

export const groupings = ["day", "week", "month", "session", "model", "project", "client", "mcp_server"] as const;
export type Grouping = (typeof groupings)[number];

export interface UsageFilter {
  /** Slots, the last one excluded. */
  from?: number | undefined;
  to?: number | undefined;
  client?: string | undefined;
}

export interface UsageGroups {
  rows: (UsageSums & { key: string })[];
  totals: UsageSums;
}

/** Under the number of what it is grouped by. */
interface KeyedSums extends Sums {
  key: number;
}

/** Sums by a grouping, in the order of time or from the largest. All groupings sum the same requests. */
export function usageBy(database: Database, grouping: Grouping, filter: UsageFilter, calendar: Calendar, costs: Costs): UsageGroups {
  const groups = new Map<string, Group>();
  const totals = newGroup();
  const models = modelNames(database);
  const nameOf = naming(database, grouping);
  for (const sums of readSums(database, grouping, filter, calendar)) {
    const key = nameOf(sums.key);
    let group = groups.get(key);
    if (!group) groups.set(key, (group = newGroup()));
    const cost = costs.of(models.get(sums.model) ?? "", sums.band, sums);
    addTo(group, sums, cost);
    addTo(totals, sums, cost);
  }
  const rows = Array.from(groups, ([key, group]) => ({ key, ...shownSums(group) }));
  rows.sort((a, b) => (grouping in byTime ? compare(a.key, b.key) : b.costMicros - a.costMicros || allTokens(b) - allTokens(a) || compare(a.key, b.key)));
  return { rows, totals: shownSums(totals) };
}

/** What a row is counted under. */
const keys: Record<Grouping, string> = { day: "day", week: "day", month: "day", session: "session", project: "session", client: "session", model: "model", mcp_server: "mcp_server" };
const maxSlot = 100_000_000;

/** The sums there are, where their days are the calendar's; else the requests themselves. */
export function readSums(database: Database, grouping: Grouping, { from, to, client }: UsageFilter, calendar: Calendar): Iterable<KeyedSums> {
  const isMidnight = (slot: number | undefined) => slot === undefined || calendar.dayNumber(slot) !== calendar.dayNumber(slot - 1);
  const ofClient = client === undefined ? "" : "AND session IN (SELECT id FROM session WHERE client = :client)";
  const given = client === undefined ? {} : { client };
  if (calendar.timezone === summedZone(database) && isMidnight(from) && isMidnight(to)) {
    const [first, end] = [from === undefined ? 0 : calendar.dayNumber(from), to === undefined ? maxSlot : calendar.dayNumber(to)];
    return sql<KeyedSums>(database, `SELECT ${keys[grouping]} AS key, sum(requests) AS requests, ${sumColumns} FROM usage WHERE day >= :first AND day < :end ${ofClient} GROUP BY 1, model, band HAVING sum(requests) > 0`).iterate({ ...given, first, end });
  }
  const key = keys[grouping] === "day" ? "slot" : keys[grouping];
  const found = sql<KeyedSums>(database, `SELECT ${key} AS key, count(*) AS requests, ${sumColumns} FROM request WHERE slot >= :from AND slot < :to ${ofClient} GROUP BY 1, model, band`).iterate({ ...given, from: from ?? 0, to: to ?? maxSlot });
  return key === "slot" ? withDays(found, calendar) : found;
}

function* withDays(found: Iterable<KeyedSums>, calendar: Calendar): Iterable<KeyedSums> {
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

/** The models by their numbers. */
export function modelNames(database: Database): Map<number, string> {
  return namesOf(database, named.model);
}

function namesOf(database: Database, query: string): Map<number, string> {
  return new Map(sql<[number, string]>(database, query).raw().all());
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
