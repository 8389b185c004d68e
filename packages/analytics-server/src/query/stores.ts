import { type Database, sql } from "@paios/shared/sqlite";

export interface Store {
  client: string;
  megabytes: number;
  files: number;
  /** Over the last week, or since it is known; undefined when it is known for less than a day. */
  megabytesPerDay?: number;
}

export interface Skipped {
  client: string;
  reason: string;
  /** Lines or files. */
  count: number;
  files: number;
  example: string;
}

const megabyte = 1_048_576;
const weekDays = 7;

/** What each client's own store takes on the disk, and how fast it grows. */
export function storeSizes(database: Database): Store[] {
  const newest = sql<{ client: string; day: number; bytes: number; files: number }>(database, "SELECT client, day, bytes, files FROM store_size WHERE (client, day) IN (SELECT client, max(day) FROM store_size GROUP BY client) ORDER BY bytes DESC").all();
  return newest.map(({ client, day, bytes, files }) => {
    const then = sql<{ day: number; bytes: number }>(database, "SELECT day, bytes FROM store_size WHERE client = ? AND day >= ? ORDER BY day LIMIT 1").get(client, day - weekDays);
    const grown = then && then.day < day ? (bytes - then.bytes) / (day - then.day) / megabyte : undefined;
    return { client, megabytes: oneDecimal(bytes / megabyte), files, ...(grown !== undefined && { megabytesPerDay: oneDecimal(grown) }) };
  });
}

/** What could not be counted, and why. */
export function skippedParts(database: Database): Skipped[] {
  return sql<Skipped>(database, "SELECT client, reason, sum(count) AS count, count(*) AS files, max(path) AS example FROM skipped GROUP BY client, reason ORDER BY count DESC").all();
}

function oneDecimal(value: number): number {
  return Math.round(value * 10) / 10;
}
