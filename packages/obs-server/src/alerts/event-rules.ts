import { sql } from "@paios/shared/sqlite";
import { plainName } from "../health/check.ts";
import type { Obs } from "../obs.ts";
import { type AlertFinding, fingerprint } from "./rule.ts";

const jobWindowMs = 60 * 60_000;
const integrationWindowMs = 15 * 60_000;
const minFailures = 3;
const brainWindowMs = 24 * 60 * 60_000;
const maxEvents = 2_000;

/** Jobs that failed in the last hour and did not succeed since. */
export function failedJobs({ database }: Obs, now: number): AlertFinding[] {
  const latest = sql<{ service: string; action: string; status: string; at: number | null }>(
    database,
    "SELECT service, action, status, (SELECT max(time_ms) FROM event e WHERE e.kind = k.id AND e.time_ms BETWEEN ? AND ?) AS at FROM kind k WHERE category = 'job'",
  ).all(now - jobWindowMs, now + 1);
  return latest
    .filter(({ status, at }) => status === "error" && at !== null)
    .filter(({ service, action, at }) => !latest.some((other) => other.status === "ok" && other.service === service && other.action === action && (other.at ?? -1) > (at ?? 0)))
    .map(({ service, action, at }) => ({
      fingerprint: fingerprint("failed-job", `${service}/${action}`),
      summary: plainName(action),
      detail: `The job ${plainName(action)} of ${plainName(service)} failed at ${new Date(at ?? 0).toISOString()}; obs_query with category "job" and status "error" shows it.`,
    }));
}

/** A service whose calls failed in the same way again and again in the last 15 minutes. */
export function failingIntegrations({ database }: Obs, now: number): AlertFinding[] {
  const failures = sql<{ service: string; type: string | null; times: number }>(
    database,
    `SELECT service, type, count(*) AS times FROM (
       SELECT k.service, json_extract(e.metadata, '$."error.type"') AS type FROM kind k JOIN event e ON e.kind = k.id
       WHERE k.status = 'error' AND k.category NOT IN ('job', 'probe') AND e.time_ms BETWEEN ? AND ? LIMIT ?)
     WHERE type IS NOT NULL GROUP BY service, type HAVING times >= ?`,
  ).all(now - integrationWindowMs, now + 1, maxEvents, minFailures);
  return failures
    .filter(({ type }) => !callersFault.has(String(type)))
    .map(({ service, type, times }) => ({
      fingerprint: fingerprint("integration-failing", `${service}/${String(type)}`),
      summary: `${plainName(service)} ${plainName(String(type), 60)}`,
      detail: `${times}${times >= maxEvents ? " or more" : ""} failures of ${plainName(service)} in 15 minutes with ${plainName(String(type), 60)}; obs_query with this service and status "error" shows them.`,
    }));
}

/** Brains that cannot be asked: the latest word on a provider's model says so, and its time is not over. */
export function blockedBrains({ database }: Obs, now: number): AlertFinding[] {
  const openings = sql<{ metadata: string; at: number }>(
    database,
    "SELECT e.metadata, e.time_ms AS at FROM kind k JOIN event e ON e.kind = k.id WHERE k.category = 'brain' AND k.action = 'breaker opened' AND e.time_ms BETWEEN ? AND ? ORDER BY e.time_ms DESC LIMIT ?",
  ).all(now - brainWindowMs, now + 1, maxEvents);
  const latest = new Map<string, { brain: string; pool: string; kind: string; until: number }>();
  for (const { metadata, at } of openings) {
    const { "paios.brain": brain, "paios.brain.pool": pool, "error.type": kind, "paios.brain.until": until } = JSON.parse(metadata) as Record<string, unknown>;
    const key = `${String(brain)} ${String(pool)}`;
    if (!latest.has(key)) latest.set(key, { brain: String(brain), pool: String(pool), kind: String(kind), until: typeof until === "number" ? until : at + brainWindowMs });
  }
  return [...latest].filter(([, { until }]) => until > now).map(([key, { brain, pool, kind, until }]) => ({
    fingerprint: fingerprint("brain-blocked", key),
    summary: `${plainName(brain)} ${plainName(pool)}`,
    detail: `${plainName(brain)} (${plainName(pool)}) cannot be asked: ${plainName(kind)}${kind === "auth" ? "; sign in again or enter a new key" : ` until ${new Date(until).toISOString()}`}. Others take its tasks; router_brains shows the state.`,
  }));
}

/** What a model or a person did wrong is no fault of an integration. */
const callersFault = new Set(["bad_input", "not_found", "refused", "too_large", "-32602", "AbortError"]);
