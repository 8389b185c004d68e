import { type Context, defineTool } from "@paios/shared/tool";
import * as z from "zod";
import type { Analytics } from "../analytics.ts";
import { shownName } from "../present.ts";
import { calendarOf } from "../zone.ts";
import { skippedParts } from "../query/stores.ts";
import { periodOf } from "../query/period.ts";
import { groupings, usageBy } from "../query/usage.ts";
import { freshen, limits, period, reads } from "./shared.ts";

const maxRows = 500;

const sums = {
  requests: z.int(),
  inputTokens: z.int(),
  outputTokens: z.int(),
  cacheReadTokens: z.int(),
  cacheWriteTokens: z.int(),
  cacheWrite5mTokens: z.int(),
  cacheWrite1hTokens: z.int(),
  reasoningTokens: z.int(),
  costMicros: z.int(),
  unpriced: z.literal(true).optional(),
  unpricedTokens: z.int(),
};

export default defineTool({
  name: "analytics_usage",
  description: `Sum tokens and cost (millionths of a dollar) of Claude Code, Codex, OpenClaw. Use for usage today or ever. At most ${maxRows} rows.`,
  input: z.strictObject({ groupBy: z.enum(groupings), ...period, since: period.since.describe("2026-11-21, ISO time, 12h, 7d"), timezone: z.string().max(60).optional() }),
  output: z.object({
    rows: z.array(z.object({ key: z.string(), ...sums })),
    totals: z.object(sums),
    timezone: z.string(),
    moreRows: z.int().optional(),
    skipped: z.array(z.object({ client: z.string(), reason: z.string(), count: z.int() })).optional(),
  }),
  hints: reads,
  limits,
  run: async ({ groupBy, timezone, ...rest }, context: Context<Analytics>) => {
    const { state, now } = context;
    await freshen(context);
    const calendar = calendarOf(state, timezone);
    const { rows, totals } = usageBy(state.database, groupBy, { ...periodOf(rest, calendar, now()), client: rest.client }, calendar, state.costs());
    const skipped = skippedParts(state.database).map(({ client, reason, count }) => ({ client, reason, count }));
    // Of days the last ones are wanted, of everything else the largest.
    const kept = groupBy === "day" ? rows.slice(-maxRows) : rows.slice(0, maxRows);
    return {
      rows: kept.map((row) => ({ ...marked(row), key: shownName(row.key) })),
      totals: marked(totals),
      timezone: calendar.timezone,
      ...(rows.length > kept.length && { moreRows: rows.length - kept.length }),
      ...(skipped.length > 0 && { skipped }),
    };
  },
});

/** Whoever reads a cost must see that it is not all of it. */
export function marked<T extends { unpricedTokens: number }>(each: T): T & { unpriced?: true } {
  return each.unpricedTokens > 0 ? { ...each, unpriced: true } : each;
}
