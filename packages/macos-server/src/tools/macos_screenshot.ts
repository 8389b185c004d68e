import { Blocks, type Context, defineTool } from "@paios/shared/tool";
import * as z from "zod";
import { targets } from "../area.ts";
import type { Desktop } from "../desktop.ts";
import { profiles } from "../picture/fit.ts";
import { pictureAnswer } from "../picture-answer.ts";
import { takePicture } from "../take-picture.ts";

export default defineTool({
  name: "macos_screenshot",
  description: "See the screen. Use to look at it, a window, app or region. Gives path, scale, origin: position = origin + pixel / scale.",
  input: z.strictObject({
    target: z.enum(targets).optional(),
    display: z.int().optional(),
    window: z.int().optional(),
    app: z.string().max(200).optional(),
    x: z.int().optional(),
    y: z.int().optional(),
    width: z.int().optional(),
    height: z.int().optional(),
    profile: z.enum(profiles).optional(),
  }),
  output: z.instanceof(Blocks),
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  run: async ({ profile = "claude-standard", ...request }, context: Context<Desktop>) => {
    const { fitted, facts } = await takePicture(context.state, { ...request, profile }, { signal: context.signal, now: context.now(), client: context.caller.client, traceId: context.span.traceId });
    return pictureAnswer(fitted, profile, facts);
  },
});
