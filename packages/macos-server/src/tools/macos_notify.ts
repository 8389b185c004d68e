import { type Context, defineTool } from "@paios/shared/tool";
import * as z from "zod";
import type { Desktop } from "../desktop.ts";

export default defineTool({
  name: "macos_notify",
  description: "Send a desktop notification. Use when something is done or needs the person.",
  input: z.strictObject({ title: z.string().trim().min(1).max(200), body: z.string().max(1_000).optional(), urgent: z.boolean().optional() }),
  output: z.object({ sent: z.literal(true), note: z.string() }),
  hints: { readOnly: false, destructive: false, idempotent: false, openWorld: false },
  run: async ({ title, body = "", urgent = false }, { state, signal }: Context<Desktop>) => {
    await (await state.driver()).notify({ title, body, urgent }, signal);
    return { sent: true as const, note: "Sent; whether it was shown is up to the desktop." };
  },
});
