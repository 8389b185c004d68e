import { type Context, defineTool } from "@paios/shared/tool";
import * as z from "zod";
import type { Desktop } from "../desktop.ts";
import { shownName } from "../present.ts";

export default defineTool({
  name: "macos_displays",
  description: "List monitors. Use for their position, size and scale.",
  input: z.strictObject({}),
  output: z.object({
    displays: z.array(z.object({ id: z.int(), name: z.string(), x: z.number(), y: z.number(), width: z.number(), height: z.number(), scale: z.number(), primary: z.boolean() })),
  }),
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  run: async (_input, { state, signal }: Context<Desktop>) => {
    const displays = await (await state.driver()).displays(signal);
    return { displays: displays.map(({ id, name, x, y, width, height, scale, primary }) => ({ id, name: shownName(name), x, y, width, height, scale, primary })) };
  },
});
