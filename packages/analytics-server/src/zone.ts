import type { Analytics } from "./analytics.ts";
import { type Calendar, openCalendar } from "./query/days.ts";

/** The calendar a question is about: its own zone, else the person's setting, else the machine's. */
export function calendarOf({ config, environment }: Analytics, timezone: string | undefined): Calendar {
  return openCalendar(timezone ?? config.timezone ?? (environment["TZ"] || undefined));
}
