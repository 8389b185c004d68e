import { type Context, defineTool } from "@paios/shared/tool";
import * as z from "zod";
import { healthReport } from "../health/report.ts";
import { runChecks } from "../health/run.ts";
import type { Obs } from "../obs.ts";

const status = z.enum(["ok", "warn", "fail", "unknown"]);

export default defineTool({
  name: "obs_health",
  description:
    "Check whether everything is healthy: services, APIs, databases, credentials (do they work, when do they expire), disk and memory, with a next step. Use when something seems broken or slow.",
  searchHint: "status up down working respond",
  input: z.strictObject({}),
  output: z.object({
    status: z.enum(["ok", "degraded", "fail", "unknown"]),
    checks: z.array(z.object({ name: z.string(), kind: z.string(), status, detail: z.string(), ageMs: z.number(), tookMs: z.number() })),
  }),
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  run: async (_input, { state, signal, now }: Context<Obs>) => {
    await runChecks(state, { now: now(), signal });
    return healthReport(state, now());
  },
});
