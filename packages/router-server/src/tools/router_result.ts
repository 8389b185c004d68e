import { setTimeout as wait } from "node:timers/promises";
import type { Dispatched } from "@paios/brains";
import { UserError } from "@paios/shared/errors";
import { type Context, defineTool } from "@paios/shared/tool";
import * as z from "zod";
import { answerShape, shownAnswer } from "../ask/answer.ts";
import { readRun } from "../ask/runs.ts";
import type { Router } from "../router.ts";

const lookMs = 500;

export default defineTool({
  name: "router_result",
  description: "Gets the answer of a router_ask that took longer than its call. Use with its runId. Returns the answer, or pending after waitMs.",
  input: z.strictObject({ runId: z.string().max(100), waitMs: z.int().min(0).max(100_000).optional() }),
  output: answerShape,
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  limits: { timeoutMs: 115_000, outputChars: 400_000 },
  run: async ({ runId, waitMs = 60_000 }, { state: router, signal }: Context<Router>) => {
    for (const until = performance.now() + waitMs; ; ) {
      const { decisionId, traceId, state, answer, error } = readRun(router.database, runId);
      const about = { decisionId, traceId, runId };
      if (state === "failed") throw new UserError("unavailable", error ?? "The run failed.");
      if (answer !== undefined) return { ...about, ...shownAnswer(JSON.parse(answer) as Dispatched) };
      if (performance.now() >= until) return { ...about, pending: true as const, next: "It goes on. Ask again." };
      await wait(lookMs, undefined, { signal });
    }
  },
});
