import { type Context, defineTool } from "@paios/shared/tool";
import * as z from "zod";
import { realClock } from "../clock.ts";
import { runOne } from "../run-one.ts";
import type { State } from "../state.ts";
import { jobName } from "./shared.ts";

const timeoutMs = 15 * 60_000;

export default defineTool({
  name: "heartbeat_run",
  description: "Run a job now and wait for its outcome.",
  input: z.strictObject({ job: jobName }),
  output: z.object({ job: z.string(), status: z.enum(["done", "failed", "cut"]), key: z.string(), tookMs: z.number(), note: z.string() }),
  // A job may remove old data by the person's rules, and send messages.
  hints: { readOnly: false, destructive: true, idempotent: true, openWorld: true },
  limits: { timeoutMs },
  run: async ({ job }, { state, signal }: Context<State>) => {
    const { heartbeat, environment, tracer, report } = state;
    return runOne(heartbeat, await state.registry(), job, { clock: realClock, environment, tracer, report, signal });
  },
});
