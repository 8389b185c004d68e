import { type Database, sql } from "@paios/shared/sqlite";
import type { Provider } from "./provider.ts";
import type { Space } from "./vectors.ts";

/** The space that serves questions now. */
export function activeSpace(database: Database): Space | undefined {
  return sql<Space>(database, "SELECT * FROM embedding_space WHERE state = 'active'").get();
}

export function buildingSpace(database: Database): Space | undefined {
  return sql<Space>(database, "SELECT * FROM embedding_space WHERE state = 'building'").get();
}

export function belongsTo(space: Space, provider: Pick<Provider, "kind" | "url" | "model">): boolean {
  return space.provider === provider.kind && space.url === provider.url && space.model === provider.model;
}

/** Passages without a vector in the space that will serve. */
export function waiting(database: Database): number {
  const space = buildingSpace(database) ?? activeSpace(database);
  if (!space) return 0;
  return sql(database, "SELECT count(*) FROM chunk WHERE id > ?").pluck().get(space.done_to) as number;
}

/** Opens a space to build in; one that another model was building is given up. */
export function startSpace(database: Database, provider: Provider, dimension: number, weight: number, now: number): Space {
  return database
    .transaction(() => {
      sql(database, "UPDATE embedding_space SET state = 'retired' WHERE state = 'building'").run();
      const { lastInsertRowid } = sql(
        database,
        "INSERT INTO embedding_space(provider, url, model, dimension, weight, state, generation, epoch, done_to, created_ms) VALUES (?, ?, ?, ?, ?, 'building', 0, 0, 0, ?)",
      ).run(provider.kind, provider.url, provider.model, dimension, weight, now);
      return sql<Space>(database, "SELECT * FROM embedding_space WHERE id = ?").get(lastInsertRowid) as Space;
    })
    .immediate();
}

/** The switch from the old model's vectors to the new one's, in one transaction. */
export function activate(database: Database, space: Space): void {
  database
    .transaction(() => {
      sql(database, "UPDATE embedding_space SET state = 'retired' WHERE state = 'active'").run();
      sql(database, "UPDATE embedding_space SET state = 'active' WHERE id = ?").run(space.id);
    })
    .immediate();
}

/** Removes what retired spaces hold, in steps; each step is a short transaction's work. */
export function* retiredSteps(database: Database): Generator<void> {
  const retired = sql(database, "SELECT id FROM embedding_space WHERE state = 'retired'").pluck().all() as number[];
  for (const id of retired) {
    while (sql(database, "DELETE FROM vector WHERE rowid IN (SELECT rowid FROM vector WHERE space_id = ? LIMIT 100)").run(id).changes > 0) yield;
    while (sql(database, "DELETE FROM vector_page WHERE rowid IN (SELECT rowid FROM vector_page WHERE space_id = ? LIMIT 10)").run(id).changes > 0) yield;
    sql(database, "DELETE FROM embedding_space WHERE id = ?").run(id);
  }
}
