import { type Database, sql } from "@paios/shared/sqlite";
import type { Walk } from "../sources/walk.ts";
import { keptReportsMs } from "./ledger.ts";

const dayMs = 86_400_000;

/** Notes what a client's store takes today, and what of it could not be looked at, where that is new. */
export function noteStore(database: Database, client: string, { bytes, entries, skips }: Walk, nowMs: number): void {
  const day = Math.floor(nowMs / dayMs);
  const noted = sql<{ bytes: number }>(database, "SELECT bytes FROM store_size WHERE client = ? AND day = ?").get(client, day);
  const standing = sql<{ path: string; reason: string }>(database, "SELECT path, reason FROM skipped WHERE client = ? AND standing = 1").all(client);
  const isSame = standing.length === skips.length && skips.every((skip) => standing.some(({ path, reason }) => path === skip.path && reason === skip.reason));
  if (noted?.bytes === bytes && isSame) return;
  if (entries === 0 && !noted && isSame) return;
  database
    .transaction(() => {
      sql(database, "INSERT OR REPLACE INTO store_size VALUES (?, ?, ?, ?)").run(client, day, bytes, entries);
      sql(database, "DELETE FROM skipped WHERE client = ? AND standing = 1").run(client);
      sql(database, "DELETE FROM limit_report WHERE client = ? AND at_ms < ?").run(client, nowMs - keptReportsMs);
      for (const { path, reason } of skips) sql(database, "INSERT OR IGNORE INTO skipped VALUES (?, ?, ?, 1, 1, ?)").run(client, path, reason, nowMs);
    })
    .immediate();
}
