import { type Context, defineTool } from "@paios/shared/tool";
import * as z from "zod";
import type { Analytics } from "../analytics.ts";
import { isoTime, shownName } from "../present.ts";
import { calendarOf } from "../zone.ts";
import { periodOf } from "../query/period.ts";
import { recentSessions } from "../query/sessions.ts";
import { marked } from "./analytics_usage.ts";
import { freshen, limits, period, reads } from "./shared.ts";

const maxSessions = 100;

export default defineTool({
  name: "analytics_sessions",
  description: `List sessions, latest first: project, time, tokens, cost, tool calls. At most ${maxSessions}.`,
  input: z.strictObject({ ...period, project: z.string().max(500).optional(), limit: z.int().min(1).max(maxSessions).optional() }),
  output: z.object({
    sessions: z.array(
      z.object({
        session: z.string(),
        client: z.string(),
        project: z.string(),
        models: z.array(z.string()),
        startedAt: z.string(),
        endedAt: z.string(),
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
        toolCalls: z.int(),
        toolErrors: z.int(),
      }),
    ),
  }),
  hints: reads,
  limits,
  run: async ({ project, limit, ...rest }, context: Context<Analytics>) => {
    const { state, now } = context;
    await freshen(context);
    const found = recentSessions(state.database, { ...periodOf(rest, calendarOf(state, undefined), now()), client: rest.client, project, limit: limit ?? 20 }, state.costs());
    return {
      sessions: found.map(({ startedMs, endedMs, ...session }) => ({
        ...marked(session),
        session: shownName(session.session),
        project: shownName(session.project),
        models: session.models.map(shownName),
        startedAt: isoTime(startedMs),
        endedAt: isoTime(endedMs),
      })),
    };
  },
});
