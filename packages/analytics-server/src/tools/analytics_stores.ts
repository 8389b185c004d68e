import { type Context, defineTool } from "@paios/shared/tool";
import * as z from "zod";
import type { Analytics } from "../analytics.ts";
import { shownName } from "../present.ts";
import { skippedParts, storeSizes } from "../query/stores.ts";
import { freshen, limits, reads } from "./shared.ts";

export default defineTool({
  name: "analytics_stores",
  description: "Tell the size and growth of each client's own session store, and what could not be counted, with reasons.",
  input: z.strictObject({}),
  output: z.object({
    stores: z.array(z.object({ client: z.string(), megabytes: z.number(), files: z.int(), megabytesPerDay: z.number().optional(), warning: z.string().optional() })),
    skipped: z.array(z.object({ client: z.string(), reason: z.string(), count: z.int(), files: z.int(), example: z.string() })),
    problems: z.array(z.string()),
  }),
  hints: reads,
  limits,
  run: async (_input, context: Context<Analytics>) => {
    const { state } = context;
    await freshen(context);
    const limit = state.config.storeMegabytes;
    const stores = storeSizes(state.database).map((store) => (store.megabytes > limit ? { ...store, warning: `Over the limit of ${limit} MB. Remove old sessions, or raise analytics.storeMegabytes in paios.json.` } : store));
    return { stores, skipped: skippedParts(state.database).map((each) => ({ ...each, example: shownName(each.example) })), problems: state.problems };
  },
});
