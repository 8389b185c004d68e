import { UserError } from "@paios/shared/errors";
import { type Context, defineTool } from "@paios/shared/tool";
import * as z from "zod";
import { brains } from "../classify/categories.ts";
import type { Router } from "../router.ts";
import { addFeedback } from "../store/feedback.ts";

export default defineTool({
  name: "router_score",
  description: "Rates a routing decision from 1 (wrong brain) to 5 (just right), with the brain that should have had it. Use when the person says so. The router learns from it. Returns the count of ratings.",
  input: z.strictObject({
    decisionId: z.int().min(1),
    score: z.int().min(1).max(5),
    correctBrain: z.enum(brains).optional(),
    comment: z.string().max(2_000).optional(),
  }),
  output: z.object({ decisionId: z.int(), score: z.int(), ratings: z.int() }),
  hints: { readOnly: false, destructive: false, idempotent: false, openWorld: false },
  run: ({ decisionId, score, correctBrain, comment = "" }, { state: router, caller, now }: Context<Router>) => {
    const ratings = addFeedback(router.database, { decisionId, score, correctBrain, comment, source: caller.way === "person" ? "person" : caller.client, time: now() });
    if (ratings === undefined) throw new UserError("not_found", `There is no decision ${decisionId}. router_history lists them.`);
    return { decisionId, score, ratings };
  },
});
