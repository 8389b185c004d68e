import { UserError } from "@paios/shared/errors";
import { slotMs } from "../index/ledger.ts";

/** A calendar in a time zone: which day, week or month a quarter of an hour belongs to. */
export interface Calendar {
  timezone: string;
  /** Days since 1970. */
  dayNumber: (slot: number) => number;
  dayOf: (slot: number) => string;
  /** The first slot of a day written as 2026-11-21. */
  slotOf: (day: string) => number;
}

const dayMs = 86_400_000;
const slotsOfDay = dayMs / slotMs;

/** Throws UserError("bad_input") for a zone that is none. */
export function openCalendar(timezone: string | undefined): Calendar {
  const zone = zoneOf(timezone);
  const format = new Intl.DateTimeFormat("en-CA", { timeZone: zone, calendar: "gregory", numberingSystem: "latn", hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" });
  const offsets = new Map<number, number>();
  /** What the zone's clock is ahead of UTC at a slot, in slots. */
  const exactOffset = (slot: number) => {
    let offset = offsets.get(slot);
    if (offset === undefined) {
      const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = (format.format(slot * slotMs).match(/\d+/g) ?? []).map(Number);
      offsets.set(slot, (offset = Math.round((Date.UTC(year, month - 1, day, hour, minute) - slot * slotMs) / slotMs)));
    }
    return offset;
  };
  /** Most days the clock is not changed: then its beginning and its end say all. */
  const offsetAt = (slot: number) => {
    const begin = Math.floor(slot / slotsOfDay) * slotsOfDay;
    const offset = exactOffset(begin);
    return offset === exactOffset(begin + slotsOfDay) ? offset : exactOffset(slot);
  };
  const dayNumber = (slot: number) => Math.floor((slot + offsetAt(slot)) / slotsOfDay);
  return {
    timezone: zone,
    dayNumber,
    dayOf: (slot) => dayName(dayNumber(slot)),
    slotOf: (day) => {
      const local = Date.parse(`${day}T00:00:00Z`) / slotMs;
      // The day may begin under another offset than noon has.
      let slot = local - offsetAt(local);
      slot = local - offsetAt(slot);
      return slot;
    },
  };
}

/** The day written as 2026-11-21. */
export function dayName(day: number): string {
  return new Date(day * dayMs).toISOString().slice(0, 10);
}

function zoneOf(timezone: string | undefined): string {
  try {
    return new Intl.DateTimeFormat("en", timezone ? { timeZone: timezone } : {}).resolvedOptions().timeZone;
  } catch {
    throw new UserError("bad_input", "timezone is none that this machine knows. Write it as Europe/Berlin or America/New_York, or leave it out for the machine's own.");
  }
}

/** The ISO week of a day: 2026-W47. */
export function weekOf(day: string): string {
  const date = new Date(`${day}T00:00:00Z`);
  const thursday = date.getTime() + (3 - ((date.getUTCDay() + 6) % 7)) * dayMs;
  const year = new Date(thursday).getUTCFullYear();
  const week = Math.floor((thursday - Date.UTC(year, 0, 1)) / dayMs / 7) + 1;
  return `${year}-W${String(week).padStart(2, "0")}`;
}
