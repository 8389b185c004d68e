import { UserError } from "@paios/shared/errors";
import type { Calendar } from "./days.ts";
import { slotAt, type UsageFilter } from "./usage.ts";

const units = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A stretch of time as people write it: days of the calendar, moments, or back from now. A day as its end is counted whole. */
export function periodOf({ since, until }: { since?: string | undefined; until?: string | undefined }, calendar: Calendar, nowMs: number): UsageFilter {
  return { from: since === undefined ? undefined : slotOf(since, "since", calendar, nowMs, 0), to: until === undefined ? undefined : slotOf(until, "until", calendar, nowMs, 1) };
}

function slotOf(text: string, field: string, calendar: Calendar, nowMs: number, daysAfter: 0 | 1): number {
  const compact = /^(\d{4})(\d\d)(\d\d)$/.exec(text);
  const day = compact ? compact.slice(1).join("-") : text;
  if (/^\d{4}-\d\d-\d\d$/.test(day) && !Number.isNaN(Date.parse(day))) return calendar.slotOf(new Date(Date.parse(day) + daysAfter * units.d).toISOString().slice(0, 10));
  const [, amount, unit] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  const ms = amount ? nowMs - Number(amount) * units[unit as keyof typeof units] : /\dT\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) throw new UserError("bad_input", `${field} is not a time. Write it as 2026-11-21, 2026-11-21T10:00:00Z, or back from now as 12h, 7d.`);
  return slotAt(ms);
}
