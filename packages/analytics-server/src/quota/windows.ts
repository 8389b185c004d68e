import { type Database, sql } from "@paios/shared/sqlite";
import { slotMs } from "../index/ledger.ts";
import { forecast, type Forecast } from "./forecast.ts";

/** A usage limit of a client, as its provider reported it or as its use suggests. */
export interface Window {
  client: string;
  name: string;
  usedPercent: number;
  resetsAt: string;
  basis: "reported" | "inferred";
  /** What the number rests on, and when. */
  from: string;
  /** When it is used up at the pace of late, if that is before it resets: the middle, and between what it lies four times of five. */
  exhaustedAt?: string;
  earliest?: string;
  latest?: string;
}

interface Report {
  client: string;
  name: string;
  atMs: number;
  usedPercent: number;
  windowMinutes: number;
  resetsMs: number;
}

/** Price-weighted tokens of a quarter of an hour. */
interface Slot {
  slot: number;
  weight: number;
}

const inferredWindows = [
  { name: "5h", windowMinutes: 300 },
  { name: "weekly", windowMinutes: 10_080 },
];
const historyMs = 35 * 86_400_000;

/** The windows of all clients that were used in the last five weeks, the one that blocks next first. */
export function quotaWindows(database: Database, nowMs: number): { windows: Window[]; binding: Window | null } {
  const reports = latestReports(database);
  const clients = new Set([...reports.map(({ client }) => client), ...sql<string>(database, "SELECT DISTINCT client FROM session WHERE last_ms >= ? AND client IN ('claude', 'codex')").pluck().all(nowMs - historyMs)]);
  const windows: Ranked[] = [];
  for (const client of clients) {
    const slots = weights(database, client, nowMs);
    const own = reports.filter((report) => report.client === client && report.resetsMs > nowMs);
    for (const report of own) windows.push(reported(report, slots, nowMs));
    for (const kind of inferredWindows) {
      if (!own.some(({ name }) => name === kind.name)) windows.push(inferred(database, client, kind, slots, nowMs));
    }
  }
  windows.sort((a, b) => a.blocksMs - b.blocksMs || b.window.usedPercent - a.window.usedPercent);
  const ranked = windows.map(({ window }) => window);
  return { windows: ranked, binding: ranked.find(({ usedPercent }) => usedPercent > 0) ?? null };
}

interface Ranked {
  window: Window;
  /** When it blocks; infinite where it lasts. */
  blocksMs: number;
}

function reported(report: Report, slots: Slot[], nowMs: number): Ranked {
  const beginMs = report.resetsMs - report.windowMinutes * 60_000;
  const used = sum(slots.filter(({ slot }) => slot * slotMs >= beginMs - slotMs && slot * slotMs <= report.atMs));
  const share = used > 0 ? report.usedPercent / used : 0;
  const pace = paceOf(slots.map(({ slot, weight }) => ({ slot, weight: weight * share })), report.windowMinutes, nowMs);
  return shown(report, "reported", `its provider, ${new Date(report.atMs).toISOString()}`, forecast(100 - report.usedPercent, pace, nowMs), report.resetsMs, nowMs);
}

/** No provider's word: windows begin with the first use after the last one ended, and a full one is what was reached before. */
function inferred(database: Database, client: string, { name, windowMinutes }: { name: string; windowMinutes: number }, slots: Slot[], nowMs: number): Ranked {
  const past = chain(slots, windowMinutes * 60_000);
  const current = past.at(-1);
  const isOpen = current !== undefined && current.beginMs + windowMinutes * 60_000 > nowMs;
  const largest = Math.max(0, ...(isOpen ? past.slice(0, -1) : past).map(({ weight }) => weight));
  const full = refusedAt(database, client, name, past, windowMinutes) ?? largest;
  const usedPercent = isOpen && full > 0 ? Math.min(100, (100 * current.weight) / full) : 0;
  const resetsMs = isOpen ? current.beginMs + windowMinutes * 60_000 : nowMs + windowMinutes * 60_000;
  const pace = paceOf(slots.map(({ slot, weight }) => ({ slot, weight: full > 0 ? (100 * weight) / full : 0 })), windowMinutes, nowMs);
  const from = full === 0 ? "its use; no earlier window to compare with" : full === largest ? "its use, against the largest window of five weeks" : "its use, against the window in which it was refused";
  return shown({ client, name, usedPercent }, "inferred", from, full > 0 && isOpen ? forecast(100 - usedPercent, pace, nowMs) : undefined, resetsMs, nowMs);
}

function shown({ client, name, usedPercent }: { client: string; name: string; usedPercent: number }, basis: Window["basis"], from: string, ahead: Forecast | undefined, resetsMs: number, nowMs: number): Ranked {
  const base = { client, name, usedPercent: Math.round(usedPercent * 10) / 10, resetsAt: iso(resetsMs), basis, from };
  if (usedPercent >= 100) return { window: { ...base, exhaustedAt: iso(nowMs) }, blocksMs: nowMs };
  if (!ahead || ahead.middleMs >= resetsMs) return { window: base, blocksMs: Number.POSITIVE_INFINITY };
  return { window: { ...base, exhaustedAt: iso(ahead.middleMs), earliest: iso(ahead.earliestMs), latest: iso(Math.min(ahead.latestMs, resetsMs)) }, blocksMs: ahead.middleMs };
}

function latestReports(database: Database): Report[] {
  return sql<Report>(
    database,
    `SELECT client, name, at_ms AS atMs, used_percent AS usedPercent, window_minutes AS windowMinutes, resets_ms AS resetsMs FROM limit_report
     WHERE (client, name, at_ms) IN (SELECT client, name, max(at_ms) FROM limit_report GROUP BY client, name)`,
  ).all();
}

/** What tokens cost in relation to each other, on every price list about the same. */
function weights(database: Database, client: string, nowMs: number): Slot[] {
  return sql<Slot>(
    database,
    `SELECT slot, sum(input + 5 * output + 0.1 * cache_read + 1.25 * cache_5m + 2 * cache_1h) AS weight FROM request
     JOIN session ON session.id = request.session WHERE client = ? AND slot >= ? AND slot <= ? GROUP BY slot ORDER BY slot`,
  ).all(client, Math.floor((nowMs - historyMs) / slotMs), Math.floor(nowMs / slotMs));
}

interface Past {
  beginMs: number;
  weight: number;
}

const hourMs = 3_600_000;

function chain(slots: Slot[], lengthMs: number): Past[] {
  const past: Past[] = [];
  for (const { slot, weight } of slots) {
    const atMs = slot * slotMs;
    const last = past.at(-1);
    if (last && atMs < last.beginMs + lengthMs) last.weight += weight;
    else past.push({ beginMs: Math.floor(atMs / hourMs) * hourMs, weight });
  }
  return past;
}

/** What had been used when the client was last refused for this window. */
function refusedAt(database: Database, client: string, name: string, past: Past[], windowMinutes: number): number | undefined {
  const atMs = sql<number>(database, "SELECT max(at_ms) FROM limit_report WHERE client = ? AND name = ? AND used_percent >= 100").pluck().get(client, name);
  return past.find(({ beginMs }) => typeof atMs === "number" && atMs >= beginMs && atMs < beginMs + windowMinutes * 60_000)?.weight;
}

/** The pace is that of the last two fifths of a window: two hours of five, three days of a week. */
const paceShare = 0.4;

/** Percent a slot of late, and how much it varies. */
function paceOf(slots: Slot[], windowMinutes: number, nowMs: number): { mean: number; variance: number } {
  const whole = Math.max(4, Math.round((windowMinutes * 60_000 * paceShare) / slotMs));
  const current = Math.floor(nowMs / slotMs);
  // The slot that runs counts for as much as has passed of it.
  const count = whole + nowMs / slotMs - current;
  const late = slots.filter(({ slot }) => slot >= current - whole);
  const mean = sum(late) / count;
  const squares = late.reduce((total, { weight }) => total + (weight - mean) ** 2, 0) + Math.max(0, count - late.length) * mean ** 2;
  return { mean, variance: squares / (count - 1) };
}

function sum(slots: Slot[]): number {
  return slots.reduce((total, { weight }) => total + weight, 0);
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
