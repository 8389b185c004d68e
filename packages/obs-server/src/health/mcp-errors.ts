import { sql } from "@paios/shared/sqlite";
import type { Obs } from "../obs.ts";
import { type Check, plainName, summarised } from "./check.ts";

const windowMs = 5 * 60_000;
const minCalls = 5;

/** The MCP servers by what their calls came to in the last five minutes. */
export const mcpCheck: Check = {
  name: "mcp",
  kind: "service",
  everyMs: 30_000,
  timeoutMs: 5_000,
  probe: ({ obs, now }) => {
    const limit = obs.config.alerts.errorRatePercent;
    const parts = callShares(obs, now)
      .map((each) => ({ ...each, percent: (each.errors / each.calls) * 100 }))
      .filter(({ calls, percent }) => calls >= minCalls && percent >= limit)
      .map(({ service, calls, errors, percent }) => ({
        name: plainName(service),
        status: percent >= Math.max(50, limit) ? ("fail" as const) : ("warn" as const),
        detail: `${errors} of ${calls} calls of the last 5 minutes failed (${Math.round(percent)} %).`,
      }));
    return summarised(parts, "No server had too many failed calls in the last 5 minutes.");
  },
};

function callShares({ database }: Obs, now: number): { service: string; calls: number; errors: number }[] {
  return sql<{ service: string; calls: number; errors: number }>(
    database,
    `SELECT k.service, sum(r.events) AS calls, sum(CASE k.status WHEN 'error' THEN r.events ELSE 0 END) AS errors
     FROM rollup_minute r JOIN kind k ON k.id = r.kind WHERE r.at_ms > ? AND r.at_ms <= ? AND k.category = 'mcp' AND k.action GLOB 'tools/call *' GROUP BY k.service`,
  ).all(now - windowMs, now);
}
