import { type Database, sql } from "@paios/shared/sqlite";
import { type Calendar, openCalendar } from "../query/days.ts";

/** The calendar by whose days requests are summed. The first one stays: a traveller's other zones are summed when asked for. */
export function summedCalendar(database: Database, timezone: string | undefined): Calendar {
  const noted = summedZone(database);
  if (noted !== undefined) return openCalendar(noted);
  const calendar = openCalendar(timezone);
  return database
    .transaction(() => {
      const meanwhile = summedZone(database);
      if (meanwhile !== undefined) return openCalendar(meanwhile);
      sql(database, "INSERT INTO calendar VALUES (?)").run(calendar.timezone);
      return calendar;
    })
    .immediate();
}

export function summedZone(database: Database): string | undefined {
  return sql<string>(database, "SELECT timezone FROM calendar").pluck().get();
}
