import { brainStates } from "@paios/brains";
import { type Context, defineTool } from "@paios/shared/tool";
import * as z from "zod";
import type { Router } from "../router.ts";

const breaker = z.object({ pool: z.string(), state: z.string(), kind: z.string().optional(), until: z.string().optional() });

export default defineTool({
  name: "router_brains",
  description: "Shows the state of each brain: reachable, blocked until when, running, waiting, last error, spent today. Use when router_ask failed. Asks no model.",
  searchHint: "status limit down available",
  input: z.strictObject({}),
  output: z.object({
    brains: z.array(
      z.object({
        brain: z.string(),
        provider: z.string(),
        reachable: z.boolean(),
        reason: z.string().optional(),
        breaker,
        otherBreakers: z.array(breaker).optional(),
        limit: z.int(),
        inFlight: z.int(),
        waiting: z.int(),
        lastError: z.object({ message: z.string(), time: z.string() }).optional(),
        spentTodayDollars: z.number(),
      }),
    ),
  }),
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  run: async (_input, { state: router }: Context<Router>) => {
    const { board, brains } = router.desk();
    const states = await brainStates(board, brains);
    return {
      brains: states.map(({ breaker: own, otherBreakers, lastError, spentTodayMicros, ...rest }) => ({
        ...rest,
        breaker: shown(own),
        ...(otherBreakers.length > 0 && { otherBreakers: otherBreakers.map(shown) }),
        ...(lastError && { lastError: { message: lastError.message, time: new Date(lastError.time).toISOString() } }),
        spentTodayDollars: Math.round(spentTodayMicros / 100) / 10_000,
      })),
    };
  },
});

function shown({ until, ...rest }: { pool: string; state: string; kind?: string; until?: number }): z.infer<typeof breaker> {
  return { ...rest, ...(until !== undefined && { until: new Date(until).toISOString() }) };
}
