import { type Context, defineTool } from "@paios/shared/tool";
import * as z from "zod";
import { listJobs } from "../list.ts";
import type { State } from "../state.ts";
import { lastRun } from "./shared.ts";

export default defineTool({
  name: "heartbeat_list",
  description: "List scheduled jobs: next and last run, why one is paused or broken.",
  searchHint: "background running nightly",
  input: z.strictObject({}),
  output: z.object({
    jobs: z.array(
      z.object({
        name: z.string(),
        tier: z.string(),
        owner: z.string(),
        schedule: z.string(),
        timezone: z.string(),
        nextAt: z.string().nullable(),
        lastRun: lastRun.nullable(),
        enabled: z.boolean(),
        paused: z.string().optional(),
        problem: z.string().optional(),
        expires: z.string().optional(),
      }),
    ),
    running: z.int(),
    limit: z.int(),
  }),
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  limits: { outputChars: 1_000_000 },
  run: async (_input, { state }: Context<State>) => {
    await state.registry();
    return listJobs(state.heartbeat);
  },
});
