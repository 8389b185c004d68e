import { type Context, defineTool } from "@paios/shared/tool";
import * as z from "zod";
import type { Analytics } from "../analytics.ts";
import { shownName } from "../present.ts";
import { quotaWindows } from "../quota/windows.ts";
import { freshen, limits, reads } from "./shared.ts";

const window = z.object({
  client: z.string(),
  name: z.string(),
  usedPercent: z.number(),
  resetsAt: z.string(),
  basis: z.enum(["reported", "inferred"]),
  from: z.string(),
  exhaustedAt: z.string().optional(),
  earliest: z.string().optional(),
  latest: z.string().optional(),
});

export default defineTool({
  name: "analytics_quota",
  description: "Tell how much of each usage limit (5-hour, weekly) is used, when it resets, and which blocks first, when: reported by the provider, or inferred.",
  searchHint: "quota rate limits left remaining reset",
  input: z.strictObject({}),
  output: z.object({ windows: z.array(window), binding: window.nullable() }),
  hints: reads,
  limits,
  run: async (_input, context: Context<Analytics>) => {
    await freshen(context);
    const { windows, binding } = quotaWindows(context.state.database, context.now());
    const named = (each: (typeof windows)[number]) => ({ ...each, name: shownName(each.name) });
    return { windows: windows.map(named), binding: binding && named(binding) };
  },
});
