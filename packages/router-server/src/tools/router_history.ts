import { type Context, defineTool } from "@paios/shared/tool";
import { UserError } from "@paios/shared/errors";
import * as z from "zod";
import { brains, categories } from "../classify/categories.ts";
import type { Router } from "../router.ts";
import { readDecisions } from "../store/decisions.ts";

export default defineTool({
  name: "router_history",
  description: "Lists routing decisions, newest first: the task in a line, which brain and why, its score. Use to review routing. Returns at most 100.",
  input: z.strictObject({
    brain: z.enum([...brains, "local"]).optional(),
    category: z.string().max(40).optional(),
    since: z.string().max(40).optional(),
    until: z.string().max(40).optional(),
    wrong: z.boolean().optional().describe("Only misrouted ones"),
    limit: z.int().min(1).max(100).optional(),
    cursor: z.int().min(1).optional(),
  }),
  output: z.object({
    decisions: z.array(
      z.object({
        decisionId: z.int(),
        traceId: z.string(),
        time: z.string(),
        client: z.string(),
        task: z.string(),
        brain: z.string(),
        category: z.string(),
        confidence: z.number(),
        fallback: z.boolean(),
        reason: z.string(),
        override: z.string().optional(),
        score: z.int().optional(),
        correctBrain: z.string().optional(),
        weightsVersion: z.string(),
      }),
    ),
    cursor: z.int().optional(),
  }),
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  run: ({ since, until, wrong, limit = 20, cursor, ...filter }, { state: router }: Context<Router>) => {
    if (filter.category !== undefined && !categories.some((each) => each === filter.category)) throw new UserError("bad_input", `There is no category of that name. There are ${categories.join(", ")}.`);
    const rows = readDecisions(router.database, { ...filter, since: toMs(since, "since"), until: toMs(until, "until"), wrong, before: cursor, limit: limit + 1 });
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    return {
      decisions: shown.map(({ id, summary, time, confidence, override, score, correctBrain, ...rest }) => ({
        decisionId: id,
        ...rest,
        task: summary,
        time: new Date(time).toISOString(),
        confidence: Math.round(confidence * 10_000) / 10_000,
        ...(override !== undefined && { override }),
        ...(score !== undefined && { score }),
        ...(correctBrain !== undefined && { correctBrain }),
      })),
      ...(rows.length > limit && last && { cursor: last.id }),
    };
  },
});

export function toMs(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined;
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw new UserError("bad_input", `${name} takes a date such as 2026-11-21.`);
  return ms;
}
