import { type Context, defineTool } from "@paios/shared/tool";
import * as z from "zod";
import { addJob } from "../add.ts";
import type { State } from "../state.ts";

const messageChars = 1_000;
const ownerChars = 80;

export default defineTool({
  name: "heartbeat_add",
  description: 'Remind the person: send a message or question at a time, once or again. Schedule: "at 2026-12-24T18:00:00Z", "every 1d", cron. Ends after days (7).',
  searchHint: "remind message later tomorrow monday morning",
  input: z.strictObject({
    name: z.string().min(1).max(80),
    schedule: z.string().min(1).max(200),
    message: z.string().min(1).max(messageChars),
    timezone: z.string().min(1).max(100).optional(),
    days: z.number().min(0.01).max(365).optional(),
  }),
  output: z.object({ name: z.string(), nextAt: z.string(), expires: z.string() }),
  hints: { readOnly: false, destructive: false, idempotent: false, openWorld: true },
  run: (input, { state, caller, now }: Context<State>) => addJob(state.heartbeat, { ...input, owner: caller.client.slice(0, ownerChars) }, now()),
});
