import type { LimitReport } from "../index/row.ts";
import { asName, asObject } from "./json.ts";

const windowShape = { used_percent: true, window_minutes: true, resets_at: true, resets_in_seconds: true } as const;

/** What `limitsOf` reads. */
export const limitsShape = { limit_id: true, limit_name: true, primary: windowShape, secondary: windowShape } as const;

/** The usage limits as a rollout reports them, unless they are those that `last` says were reported before. */
export function limitsOf(value: unknown, atMs: number, last: { limits: string }): LimitReport[] {
  const limits = asObject(value);
  const pool = asName(limits?.["limit_name"]) || (limits?.["limit_id"] === "codex" ? "" : asName(limits?.["limit_id"]));
  const reports = [limits?.["primary"], limits?.["secondary"]].flatMap((window) => limitOf(asObject(window), pool, atMs));
  const shown = JSON.stringify(reports);
  if (reports.length === 0 || shown === last.limits) return [];
  last.limits = shown;
  return reports;
}

function limitOf(window: Record<string, unknown> | undefined, pool: string, atMs: number): LimitReport[] {
  const usedPercent = Number(window?.["used_percent"]);
  const windowMinutes = Number(window?.["window_minutes"]);
  const resets = Number(window?.["resets_at"]);
  const resetsIn = Number(window?.["resets_in_seconds"]);
  const resetsMs = resets > 0 ? resets * 1_000 : resetsIn >= 0 ? atMs + resetsIn * 1_000 : Number.NaN;
  if (!(usedPercent >= 0) || !(windowMinutes > 0) || Number.isNaN(resetsMs)) return [];
  return [{ name: [windowName(windowMinutes), pool].filter(Boolean).join(" "), usedPercent, windowMinutes: Math.round(windowMinutes), resetsMs }];
}

/** "5h", "weekly", or its length. */
function windowName(minutes: number): string {
  if (Math.abs(minutes - 300) <= 1) return "5h";
  if (Math.abs(minutes - 10_080) <= 1) return "weekly";
  return minutes < 1_440 ? `${Math.round(minutes / 60)}h` : `${Math.round(minutes / 1_440)}d`;
}
