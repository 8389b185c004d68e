import { sql } from "@paios/shared/sqlite";
import type { Obs } from "../obs.ts";

const batchRows = 200;

interface TextRow {
  id: number;
  action: string;
  service: string;
  metadata: string;
}

/**
 * Makes events searchable by their words, behind the intake so that nobody who stores waits for it. Returns how many it
 * did before all were done or `budgetMs` was over.
 */
export function fillText(obs: Obs, budgetMs = 1_000): number {
  const until = performance.now() + budgetMs;
  let done = 0;
  for (let batch = fillBatch(obs); batch > 0; batch = performance.now() < until ? fillBatch(obs) : 0) done += batch;
  return done;
}

function fillBatch({ database }: Obs): number {
  const filled = sql<number>(database, "SELECT value FROM progress WHERE name = 'text'").pluck();
  const next = sql<TextRow>(database, "SELECT event.id, action, service, metadata FROM event JOIN kind ON kind.id = event.kind WHERE event.id > ? ORDER BY event.id LIMIT ?");
  if (next.get(filled.get() ?? 0, 1) === undefined) return 0;
  return database
    .transaction(() => {
      const rows = next.all(filled.get() ?? 0, batchRows);
      const last = rows.at(-1);
      if (!last) return 0;
      const insert = sql(database, "INSERT INTO event_text(rowid, text) VALUES (?, ?)");
      for (const row of rows) insert.run(row.id, textOf(row));
      sql(database, "INSERT INTO progress VALUES ('text', ?) ON CONFLICT DO UPDATE SET value = excluded.value").run(last.id);
      return rows.length;
    })
    .immediate();
}

/** What an event is found by; made again when it goes, because the index keeps no text. */
export function textOf({ action, service, metadata }: Omit<TextRow, "id">): string {
  const values = Object.values(JSON.parse(metadata) as Record<string, unknown>).map((value) => (typeof value === "string" ? value : JSON.stringify(value)));
  return [action, service, ...values].join(" ");
}
