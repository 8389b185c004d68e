import { type Database, sql } from "@paios/shared/sqlite";
import type { Check, CheckKind, Outcome, Status } from "./check.ts";

export interface CheckResult {
  name: string;
  kind: CheckKind;
  status: Status;
  detail: string;
  checked_ms: number;
  took_ms: number;
  fresh_ms: number;
}

/** How far another process's clock reading may be ahead of ours. */
const aheadMs = 60_000;

export function readResults(database: Database): CheckResult[] {
  return sql<CheckResult>(database, "SELECT name, kind, status, detail, checked_ms, took_ms, fresh_ms FROM check_result ORDER BY kind, name").all();
}

/** What was found so long ago, or at a time that has not come yet, says nothing about now. */
export function isStale({ checked_ms, fresh_ms }: CheckResult, now: number): boolean {
  return now - checked_ms > fresh_ms || checked_ms - now > aheadMs;
}

/** Stores what a check found. Parts it does not name any more are well; without `parts` they stay as they are. */
export function storeResult(database: Database, { name, kind, everyMs }: Pick<Check, "name" | "kind" | "everyMs">, outcome: Outcome, checkedMs: number, tookMs: number): void {
  const upsert = sql(
    database,
    `INSERT INTO check_result VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET kind = excluded.kind, status = excluded.status, detail = excluded.detail,
       checked_ms = excluded.checked_ms, took_ms = excluded.took_ms, fresh_ms = excluded.fresh_ms`,
  );
  const freshMs = everyMs * 2 + 30_000;
  database
    .transaction(() => {
      upsert.run(name, kind, outcome.status, outcome.detail, checkedMs, tookMs, freshMs);
      if (!outcome.parts) return;
      sql(database, "DELETE FROM check_result WHERE substr(name, 1, ?) = ?").run(name.length + 1, `${name}:`);
      for (const part of outcome.parts) upsert.run(`${name}:${part.name}`, kind, part.status, part.detail, checkedMs, tookMs, freshMs);
    })
    .immediate();
}

/** Forgets results of checks that are not made any more. */
export function forgetOthers(database: Database, names: readonly string[]): void {
  const gone = readResults(database).filter(({ name }) => !names.some((known) => name === known || name.startsWith(`${known}:`)));
  if (gone.length === 0) return;
  database.transaction(() => gone.forEach(({ name }) => sql(database, "DELETE FROM check_result WHERE name = ?").run(name))).immediate();
}
