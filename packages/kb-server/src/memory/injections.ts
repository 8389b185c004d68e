import { sql } from "@paios/shared/sqlite";
import type { Memory } from "./open.ts";

/** An article that a hook put before a model, and why. */
export interface Injection {
  session: string;
  articleId: number;
  client: string;
  event: string;
  project: string;
  score: number;
  reasons: string[];
  atMs: number;
}

const keptMs = 90 * 86_400_000;

export function noteInjected({ database }: Memory, injections: readonly Injection[]): void {
  database
    .transaction(() => {
      const insert = sql(database, "INSERT OR IGNORE INTO injection VALUES (@session, @articleId, @client, @event, @project, @score, @reasons, @atMs)");
      for (const injection of injections) insert.run({ ...injection, reasons: JSON.stringify(injection.reasons) });
      sql(database, "DELETE FROM injection WHERE at_ms < ?").run((injections[0]?.atMs ?? 0) - keptMs);
    })
    .immediate();
}

/** What one session got, or the newest of all, newest first. */
export function injectionsOf({ database }: Pick<Memory, "database">, session: string | undefined, limit: number): Injection[] {
  const rows = sql<Omit<Injection, "reasons"> & { reasons: string }>(
    database,
    `SELECT session, article_id AS articleId, client, event, project, score, reasons, at_ms AS atMs FROM injection
     WHERE @session IS NULL OR session = @session ORDER BY at_ms DESC, score DESC LIMIT @limit`,
  ).all({ session: session ?? null, limit });
  return rows.map((row) => ({ ...row, reasons: JSON.parse(row.reasons) as string[] }));
}
