import type { Obs } from "../obs.ts";
import type { CheckKind, Status } from "./check.ts";
import { isStale, readResults } from "./results.ts";

export interface HealthReport {
  status: "ok" | "degraded" | "fail" | "unknown";
  checks: { name: string; kind: CheckKind; status: Status; detail: string; ageMs: number; tookMs: number }[];
}

/** What the checks found last. A result that is older than it is good for is "unknown", and then all is not "ok". */
export function healthReport({ database }: Pick<Obs, "database">, now: number): HealthReport {
  const results = readResults(database).map((result) => ({ ...result, stale: isStale(result, now) }));
  const checks = results.map(({ name, kind, status, detail, checked_ms, took_ms, stale }) => ({
    name,
    kind,
    status: stale ? ("unknown" as const) : status,
    detail: stale ? `Not checked for ${Math.round(Math.abs(now - checked_ms) / 1_000)} s; it was ${status} then.` : detail,
    ageMs: Math.max(0, now - checked_ms),
    tookMs: Math.round(took_ms * 10) / 10,
  }));
  if (checks.some(({ status }) => status === "fail")) return { status: "fail", checks };
  if (checks.every(({ status }) => status === "unknown")) return { status: "unknown", checks };
  const degraded = checks.some(({ status }) => status === "warn") || results.some(({ stale }) => stale);
  return { status: degraded ? "degraded" : "ok", checks };
}
