import { type Context, defineTool } from "@paios/shared/tool";
import * as z from "zod";
import { history } from "../list.ts";
import type { State } from "../state.ts";
import { jobName } from "./shared.ts";

const maxRuns = 200;

export default defineTool({
  name: "heartbeat_history",
  description: "Past runs of a job: did it run, outcome, notes.",
  input: z.strictObject({ job: jobName, limit: z.int().min(1).max(maxRuns).optional() }),
  output: z.object({
    runs: z.array(
      z.object({ job: z.string(), key: z.string(), slot: z.string(), status: z.string(), attempt: z.int(), startedAt: z.string().optional(), tookMs: z.number().optional(), note: z.string().optional() }),
    ),
  }),
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  run: ({ job, limit = 20 }, { state }: Context<State>) => ({ runs: history(state.heartbeat, job, limit) }),
});
