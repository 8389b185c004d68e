import { randomUUID } from "node:crypto";
import type { Dispatched } from "@paios/brains";
import { UserError } from "@paios/shared/errors";
import { type Database, sql } from "@paios/shared/sqlite";

export interface RunRow {
  id: string;
  decisionId: number;
  traceId: string;
  state: "running" | "done" | "failed";
  answer: string | undefined;
  error: string | undefined;
}

const keptDays = 7;
const dayMs = 86_400_000;

/** Notes that a run began: what outlasts the client's patience is fetched by this id, also by another session. */
export function beginRun(database: Database, about: { decisionId: number; traceId: string; now: number }): string {
  const id = randomUUID();
  database
    .transaction(() => {
      sql(database, "DELETE FROM run WHERE began_ms < ?").run(about.now - keptDays * dayMs);
      sql(database, "INSERT INTO run(id, decision_id, trace_id, pid, began_ms, state) VALUES (?, ?, ?, ?, ?, 'running')").run(id, about.decisionId, about.traceId, process.pid, about.now);
    })
    .immediate();
  return id;
}

export function endRun(database: Database, id: string, outcome: { done: Dispatched } | { error: unknown }): void {
  const [state, answer, error] = "done" in outcome ? ["done", JSON.stringify(outcome.done), null] : ["failed", null, outcome.error instanceof UserError ? outcome.error.message : "It failed unexpectedly; the server's log has the details."];
  database.transaction(() => sql(database, "UPDATE run SET state = ?, answer = ?, error = ?, ended_ms = ? WHERE id = ?").run(state, answer, error, Date.now(), id)).immediate();
}

/** Throws `UserError("not_found")`. A run whose process is gone has failed. */
export function readRun(database: Database, id: string): RunRow {
  const row = sql<{ id: string; decision_id: number; trace_id: string; pid: number; state: RunRow["state"]; answer: string | null; error: string | null }>(database, "SELECT id, decision_id, trace_id, pid, state, answer, error FROM run WHERE id = ?").get(id);
  if (!row) throw new UserError("not_found", "There is no run with that id; finished ones are kept for 7 days.");
  const lost = row.state === "running" && row.pid !== process.pid && !isAlive(row.pid);
  return { id: row.id, decisionId: row.decision_id, traceId: row.trace_id, state: lost ? "failed" : row.state, answer: row.answer ?? undefined, error: lost ? "The session that asked has ended, and its run with it. Ask again." : (row.error ?? undefined) };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
