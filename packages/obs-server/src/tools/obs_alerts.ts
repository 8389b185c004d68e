import { type Context, defineTool } from "@paios/shared/tool";
import * as z from "zod";
import { type Alert, listAlerts } from "../alerts/alert.ts";
import type { Obs } from "../obs.ts";

const maxAlerts = 100;
const states = ["pending", "firing", "resolved"] as const;

export default defineTool({
  name: "obs_alerts",
  description:
    `List alerts and warnings, newest first: what is wrong now, or with state what fired before. Use when the person asks about problems, or what a notification or alarm meant. Returns at most ${maxAlerts}, with ids for obs_ack.`,
  searchHint: "alarms warnings problems active",
  input: z.strictObject({ state: z.enum(["open", ...states, "all"]).optional(), limit: z.int().min(1).max(maxAlerts).optional() }),
  output: z.object({
    alerts: z.array(
      z.object({
        id: z.int(),
        fingerprint: z.string(),
        state: z.enum(states),
        severity: z.enum(["info", "warning", "critical"]),
        summary: z.string(),
        detail: z.string(),
        since: z.string(),
        fired: z.string().optional(),
        resolved: z.string().optional(),
        acknowledgedBy: z.string().optional(),
      }),
    ),
  }),
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  run: ({ state = "open", limit = 20 }, { state: obs }: Context<Obs>) => ({ alerts: listAlerts(obs.database, wanted(state), limit).map(shown) }),
});

function wanted(state: (typeof states)[number] | "open" | "all"): readonly Alert["state"][] {
  if (state === "all") return states;
  return state === "open" ? ["pending", "firing"] : [state];
}

function shown({ id, fingerprint, state, severity, summary, detail, sinceMs, firedMs, resolvedMs, acknowledgedBy }: Alert) {
  return {
    id,
    fingerprint,
    state,
    severity,
    summary,
    detail,
    since: new Date(sinceMs).toISOString(),
    ...(firedMs !== null && { fired: new Date(firedMs).toISOString() }),
    ...(resolvedMs !== null && { resolved: new Date(resolvedMs).toISOString() }),
    ...(acknowledgedBy !== null && { acknowledgedBy }),
  };
}
