import { type Context, defineTool } from "@paios/shared/tool";
import * as z from "zod";
import { pauseJob } from "../add.ts";
import { unknownJob } from "../list.ts";
import type { State } from "../state.ts";
import { jobName } from "./shared.ts";

export default defineTool({
  name: "heartbeat_pause",
  description: "Pause a job, or resume it.",
  searchHint: "stop, start again",
  input: z.strictObject({ job: jobName, resume: z.boolean().optional(), reason: z.string().max(200).optional() }),
  output: z.object({ job: z.string(), enabled: z.boolean() }),
  // What watches over the system can be stopped by it.
  hints: { readOnly: false, destructive: true, idempotent: true, openWorld: false },
  run: async ({ job, resume = false, reason = "" }, { state, caller, now }: Context<State>) => {
    await state.registry();
    if (!pauseJob(state.heartbeat, job, { paused: !resume, reason: `by ${caller.client}${reason && `: ${reason}`}` }, now())) throw unknownJob();
    return { job, enabled: resume };
  },
});
