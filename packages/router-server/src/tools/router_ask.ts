import { brainNames } from "@paios/brains";
import { type Context, defineTool } from "@paios/shared/tool";
import * as z from "zod";
import { ask } from "../ask/ask.ts";
import { answerShape, shownAnswer } from "../ask/answer.ts";
import type { Router } from "../router.ts";

export default defineTool({
  name: "router_ask",
  description:
    "Has another brain do a task: Codex for code, Claude for writing and thinking, Gemini for pictures; without brain the router chooses. Use for a second opinion or work it does better. Returns its answer; a long run goes on, and router_result has it later.",
  searchHint: "delegate hand over",
  input: z.strictObject({
    task: z.string().max(12_000_000),
    brain: z.enum(brainNames).optional(),
    model: z.string().max(200).optional(),
    cwd: z.string().max(4_096).optional().describe("Folder it works in"),
    attachments: z.array(z.strictObject({ path: z.string().max(4_096), name: z.string().max(500).optional(), mimeType: z.string().max(200).optional() })).max(50).optional(),
    timeoutMs: z.int().min(1_000).max(86_400_000).optional(),
  }),
  output: answerShape,
  hints: { readOnly: false, destructive: true, idempotent: false, openWorld: true },
  // The answer comes before a client loses patience; this is only a stop.
  limits: { timeoutMs: 115_000, outputChars: 400_000 },
  run: async (input, context: Context<Router>) => {
    const { decisionId, traceId, runId, done } = await ask(input, context);
    return { decisionId, traceId, runId, ...(done ? shownAnswer(done) : { pending: true, next: `It goes on. Ask router_result with runId ${runId}.` }) };
  },
});
