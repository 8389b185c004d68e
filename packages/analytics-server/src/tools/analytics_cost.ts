import { type Context, defineTool } from "@paios/shared/tool";
import * as z from "zod";
import type { Analytics } from "../analytics.ts";
import { shownName } from "../present.ts";
import { calendarOf } from "../zone.ts";
import { costReport } from "../query/costs.ts";
import { periodOf } from "../query/period.ts";
import { freshen, limits, period, reads } from "./shared.ts";

export default defineTool({
  name: "analytics_cost",
  description: "Tell what each model cost (millionths of a dollar) and at which prices, and where this month is heading. Use for spending, bills.",
  input: z.strictObject(period),
  output: z.object({
    models: z.array(z.object({ model: z.string(), costMicros: z.int(), share: z.number(), inputMicros: z.int(), outputMicros: z.int(), cacheReadMicros: z.int(), cacheWriteMicros: z.int() })),
    totalMicros: z.int(),
    unpriced: z.array(z.object({ model: z.string(), tokens: z.int() })),
    month: z.object({ soFarMicros: z.int(), expectedMicros: z.int() }),
    prices: z.object({ date: z.string(), source: z.string(), problems: z.array(z.string()) }),
  }),
  hints: reads,
  limits,
  run: async (input, context: Context<Analytics>) => {
    const { state, now } = context;
    await freshen(context);
    const calendar = calendarOf(state, undefined);
    const report = costReport(state.database, { ...periodOf(input, calendar, now()), client: input.client }, calendar, state.costs(), now());
    const { date, source, problems } = state.prices();
    return {
      ...report,
      models: report.models.map((each) => ({ ...each, model: shownName(each.model) })),
      unpriced: report.unpriced.map((each) => ({ ...each, model: shownName(each.model) })),
      prices: { date, source, problems: [...problems] },
    };
  },
});
