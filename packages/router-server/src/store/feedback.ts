import { type Database, sql } from "@paios/shared/sqlite";

export interface Feedback {
  decisionId: number;
  score: number;
  correctBrain: string | undefined;
  comment: string;
  source: string;
  time: number;
}

/** Appends a rating; the latest counts. Returns how many ratings there are in all, or undefined for an unknown decision. */
export function addFeedback(database: Database, { decisionId, score, correctBrain, comment, source, time }: Feedback): number | undefined {
  return database
    .transaction(() => {
      const known = sql(database, "UPDATE decision SET score = ?, correct_brain = ? WHERE id = ?").run(score, correctBrain ?? null, decisionId).changes;
      if (known === 0) return undefined;
      sql(database, "INSERT INTO feedback(decision_id, time_ms, score, correct_brain, comment, source) VALUES (?, ?, ?, ?, ?, ?)").run(decisionId, time, score, correctBrain ?? null, comment, source);
      return sql<number>(database, "SELECT count(*) FROM feedback").pluck().get();
    })
    .immediate();
}
