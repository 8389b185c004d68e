import type { Dispatched } from "@paios/brains";
import * as z from "zod";

/** What router_ask and router_result return. */
export const answerShape = z.object({
  decisionId: z.int(),
  traceId: z.string(),
  runId: z.string(),
  pending: z.literal(true).optional(),
  next: z.string().optional(),
  brain: z.string().optional(),
  text: z.string().optional(),
  model: z.string().optional(),
  way: z.string().optional(),
  usage: z.object({ inputTokens: z.number(), outputTokens: z.number(), cachedTokens: z.number(), costMicros: z.number().optional() }).optional(),
  attempts: z.array(z.object({ brain: z.string(), way: z.string().optional(), failed: z.string().optional(), ms: z.number() })).optional(),
});

const longestText = 350_000;

export function shownAnswer({ brain, result, attempts }: Dispatched): Omit<z.infer<typeof answerShape>, "decisionId" | "traceId" | "runId"> {
  const { inputTokens, outputTokens, cachedTokens, costMicros } = result.usage;
  return {
    brain,
    text: result.text.length > longestText ? `${result.text.slice(0, longestText).toWellFormed()}… (${result.text.length} characters in all)` : result.text,
    model: result.model,
    way: result.way,
    usage: { inputTokens, outputTokens, cachedTokens, ...(costMicros !== undefined && { costMicros }) },
    attempts: attempts.map(({ brain: asked, way, kind, ms }) => ({ brain: asked, ...(way !== undefined && { way }), ...(kind !== undefined && { failed: kind }), ms: Math.round(ms) })),
  };
}
