import { type Context, defineTool } from "@paios/shared/tool";
import * as z from "zod";
import { freshen, type Obs } from "../obs.ts";
import { addScore } from "../score.ts";

export default defineTool({
  name: "obs_score",
  description:
    "Rate an answer: give its trace, or one span of it, a score from 1 (bad) to 5 (excellent), with a comment. Use when the person says how good a response was, or you can judge it. Returns how many the trace has and their mean.",
  searchHint: "rate rating feedback grade thumbs reply",
  input: z.strictObject({
    traceId: z.string().trim().min(1).max(200).describe("Also a tool-use or call id"),
    score: z.int().min(1).max(5),
    spanId: z.string().max(32).optional(),
    comment: z.string().max(2_000).optional(),
  }),
  output: z.object({ traceId: z.string(), score: z.int(), scores: z.int(), mean: z.number() }),
  hints: { readOnly: false, destructive: false, idempotent: false, openWorld: false },
  run: ({ traceId, score, spanId, comment }, { state, caller, now }: Context<Obs>) => {
    freshen(state);
    return addScore(state, { traceId, spanId, score, comment: comment ?? "", source: caller.way === "person" ? "person" : caller.client }, now());
  },
});
