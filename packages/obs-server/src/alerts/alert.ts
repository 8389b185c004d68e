import { type Database, sql } from "@paios/shared/sqlite";
import type { Severity } from "./rule.ts";

export interface Alert {
  id: number;
  fingerprint: string;
  rule: string;
  severity: Severity;
  summary: string;
  detail: string;
  state: "pending" | "firing" | "resolved";
  sinceMs: number;
  firedMs: number | null;
  resolvedMs: number | null;
  notifiedMs: number | null;
  acknowledgedMs: number | null;
  acknowledgedBy: string | null;
}

const columns = `id, fingerprint, rule, severity, summary, detail, state, since_ms AS sinceMs, fired_ms AS firedMs, resolved_ms AS resolvedMs,
  notified_ms AS notifiedMs, acknowledged_ms AS acknowledgedMs, acknowledged_by AS acknowledgedBy`;

/** The alerts that are pending or firing, oldest first. */
export function openAlerts({ database }: { database: Database }): Alert[] {
  return sql<Alert>(database, `SELECT ${columns} FROM alert WHERE state <> 'resolved' ORDER BY id`).all();
}

/** Alerts of some states, newest first. */
export function listAlerts(database: Database, states: readonly Alert["state"][], limit: number): Alert[] {
  return sql<Alert>(database, `SELECT ${columns} FROM alert WHERE state IN (SELECT value FROM json_each(?)) ORDER BY id DESC LIMIT ?`).all(JSON.stringify(states), limit);
}

/** Whether a silence that still holds covers the fingerprint (`*`, `?` and `[…]` as in file names). */
export function isSilenced(database: Database, fingerprint: string, now: number): boolean {
  return sql(database, "SELECT 1 FROM silence WHERE until_ms > ? AND ? GLOB pattern LIMIT 1").get(now, fingerprint) !== undefined;
}
