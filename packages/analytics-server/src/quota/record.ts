import { type Database, sql } from "@paios/shared/sqlite";
import { claudeWindow } from "../clients/claude.ts";
import { asObject } from "../clients/json.ts";
import type { LimitReport } from "../index/row.ts";

/**
 * Notes the limits in what Claude Code hands to a status line (`rate_limits`), or in a `rate_limit_event` of its stream.
 * Returns those it found; anything else is no limits and no error.
 */
export function recordClaudeLimits(database: Database, said: unknown, nowMs: number): LimitReport[] {
  const limits = limitsOf(said);
  if (limits.length === 0) return [];
  database
    .transaction(() => {
      for (const { name, usedPercent, windowMinutes, resetsMs } of limits) {
        const same = sql(database, "SELECT 1 FROM limit_report WHERE client = 'claude' AND name = ? AND used_percent = ? AND resets_ms = ? AND at_ms = (SELECT max(at_ms) FROM limit_report WHERE client = 'claude' AND name = ?)").get(name, usedPercent, resetsMs, name);
        if (!same) sql(database, "INSERT OR REPLACE INTO limit_report VALUES ('claude', ?, ?, ?, ?, ?)").run(name, nowMs, usedPercent, windowMinutes, resetsMs);
      }
    })
    .immediate();
  return limits;
}

function limitsOf(said: unknown): LimitReport[] {
  const line = asObject(said);
  const windows = asObject(line?.["rate_limits"]) ?? asObject(asObject(line?.["rate_limit_info"])?.["unifiedWindows"]) ?? {};
  return Object.entries(windows).flatMap(([type, value]) => {
    const window = claudeWindow(type);
    const { used_percentage: percent, utilization, resets_at: resetsAt, resetsAt: resets } = asObject(value) ?? {};
    const usedPercent = typeof percent === "number" ? percent : typeof utilization === "number" ? utilization * 100 : Number.NaN;
    const resetsMs = momentOf(resetsAt ?? resets);
    return window && usedPercent >= 0 && resetsMs !== undefined ? [{ ...window, usedPercent, resetsMs }] : [];
  });
}

/** Seconds since 1970, or an ISO time. */
function momentOf(value: unknown): number | undefined {
  const ms = typeof value === "number" ? value * 1_000 : typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}
