import { type Context, defineTool } from "@paios/shared/tool";
import * as z from "zod";
import { acknowledge } from "../alerts/acknowledge.ts";
import type { Obs } from "../obs.ts";

const maxHours = 24 * 30;

export default defineTool({
  name: "obs_ack",
  description:
    'Acknowledge an open alert, so that it stops reminding; with silenceHours the same alarm is not reported again for so long. Use when the person knows, or wants it muted. id is its number, its fingerprint, or "all" that fire.',
  searchHint: "silence mute snooze dismiss notification warning",
  input: z.strictObject({ id: z.union([z.int().min(1), z.string().min(1).max(200)]), silenceHours: z.number().min(0.1).max(maxHours).optional(), by: z.string().min(1).max(80).optional() }),
  output: z.object({ acknowledged: z.array(z.object({ id: z.int(), fingerprint: z.string() })), silencedUntil: z.string().optional() }),
  hints: { readOnly: false, destructive: false, idempotent: true, openWorld: false },
  run: ({ id, silenceHours, by }, { state, caller, now }: Context<Obs>) => {
    const { alerts, silencedUntilMs } = acknowledge(state, { id, by: by ?? caller.client, silenceHours }, now());
    return { acknowledged: alerts, ...(silencedUntilMs !== undefined && { silencedUntil: new Date(silencedUntilMs).toISOString() }) };
  },
});
