import { UserError } from "@paios/shared/errors";
import { type Database, sql } from "@paios/shared/sqlite";
import { databaseSpan } from "@paios/shared/trace";
import { emptySteps, inBatches } from "./write.ts";

const stagingMs = 60 * 60 * 1_000;

/** Hides an article from every answer until it is purged. Returns false when it is hidden already. */
export function forget(database: Database, id: number, now: number): boolean {
  return change(database, id, "forgotten", () => {
    sql(database, "UPDATE article SET state = 'forgotten', forgotten_ms = ? WHERE id = ?").run(now, id);
    sql(database, "UPDATE stats SET articles = articles - 1").run();
  });
}

/** Brings a forgotten article back as it was. Returns false when it was not forgotten. */
export function unforget(database: Database, id: number): boolean {
  return change(database, id, "live", () => {
    sql(database, "UPDATE article SET state = 'live', forgotten_ms = NULL WHERE id = ?").run(id);
    sql(database, "UPDATE stats SET articles = articles + 1").run();
  });
}

/** Hides every article of a project. Returns how many. */
export function forgetProject(database: Database, project: string, now: number): number {
  const ids = sql(database, "SELECT id FROM article WHERE project = ? AND state = 'live'").pluck().all(project) as number[];
  inBatches(database, function* () {
    for (const id of ids) {
      const { changes } = sql(database, "UPDATE article SET state = 'forgotten', forgotten_ms = ? WHERE id = ? AND state = 'live'").run(now, id);
      sql(database, "UPDATE stats SET articles = articles - ?").run(changes);
      yield;
    }
  });
  return ids.length;
}

/**
 * Removes for good what was forgotten before `beforeMs` and what a crash left half-written. Returns how many articles.
 * Ends in the middle when `performance.now()` reaches `until`; the next purge goes on there.
 */
export function purge(database: Database, beforeMs: number, now: number, until = Infinity): number {
  const due = { beforeMs, stagedMs: now - stagingMs };
  const ids = sql(database, `SELECT id FROM article WHERE ${isDue}`).pluck().all(due) as number[];
  let purged = 0;
  inBatches(database, function* () {
    for (const id of ids) {
      // In the trash first: from then on nobody brings it back, or updates it, half-purged.
      if (sql(database, `UPDATE article SET state = 'trash' WHERE id = @id AND ${isDue}`).run({ id, ...due }).changes === 0) continue;
      sql(database, "DELETE FROM source WHERE article_id = ?").run(id);
      for (const step of emptySteps(database, id)) {
        yield step;
        if (performance.now() > until) return;
      }
      purged++;
    }
  });
  return purged;
}

const isDue = "(state = 'trash' OR (state = 'forgotten' AND forgotten_ms <= @beforeMs) OR (state = 'staging' AND created_ms < @stagedMs))";

function change(database: Database, id: number, to: "live" | "forgotten", apply: () => void): boolean {
  const work = database.transaction(() => {
    const state = sql(database, "SELECT state FROM article WHERE id = ? AND state IN ('live', 'forgotten')").pluck().get(id);
    if (state === undefined) throw new UserError("not_found", `There is no article ${id}; it may be purged already.`);
    if (state === to) return false;
    apply();
    return true;
  });
  return databaseSpan(database, "change article state", () => work.immediate());
}
