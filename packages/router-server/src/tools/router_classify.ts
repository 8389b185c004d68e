import { type Context, defineTool } from "@paios/shared/tool";
import { databaseSpan } from "@paios/shared/trace";
import * as z from "zod";
import { classify } from "../classify/classify.ts";
import type { Router } from "../router.ts";
import { storeDecision } from "../store/decisions.ts";

const share = z.number();

const attachment = z.strictObject({ name: z.string().max(500).optional(), path: z.string().max(4_096).optional(), mimeType: z.string().max(200).optional(), size: z.number().min(0).optional() });

export default defineTool({
  name: "router_classify",
  description:
    "Says which brain should do a task and how sure that is. Use before handing work over. Runs nothing. Returns brain, confidence, reason and a decisionId to score.",
  searchHint: "route pick choose model agent who",
  input: z.strictObject({ task: z.string().max(12_000_000), attachments: z.array(attachment).max(50).optional() }),
  output: z.object({
    decisionId: z.int(),
    traceId: z.string(),
    brain: z.string(),
    category: z.string(),
    confidence: share,
    margin: share,
    fallback: z.boolean(),
    reason: z.string(),
    scores: z.record(z.string(), share),
    evidence: z.array(z.string()),
    override: z.object({ brain: z.string().optional(), not: z.array(z.string()).optional(), words: z.string() }).optional(),
    weightsVersion: z.string(),
  }),
  hints: { readOnly: false, destructive: false, idempotent: false, openWorld: false },
  run: ({ task, attachments = [] }, { state: router, caller, span, now }: Context<Router>) => {
    const { version, delta } = router.active();
    const { features, ...decided } = classify(task, attachments, { weights: router.weights, delta, fallbackBrain: router.config.fallbackBrain, threshold: router.config.threshold });
    const about = { traceId: span.traceId, time: now(), client: caller.client, weightsVersion: version };
    const decisionId = databaseSpan(router.database, "store decision", () => storeDecision(router.database, task, { ...decided, features }, about));
    span.set({ "paios.router.brain": decided.brain, "paios.router.category": decided.category, "paios.router.confidence": rounded(decided.confidence), "paios.router.decision": decisionId });
    return {
      decisionId,
      traceId: span.traceId,
      ...decided,
      confidence: rounded(decided.confidence),
      margin: rounded(decided.margin),
      scores: Object.fromEntries(Object.entries(decided.scores).map(([brain, probability]) => [brain, rounded(probability)])),
      weightsVersion: version,
    };
  },
});

function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
