import { UserError } from "@paios/shared/errors";
import { type Context, defineTool } from "@paios/shared/tool";
import * as z from "zod";
import { freshen, type Obs } from "../obs.ts";
import { eventSchema, shownEvent, timeFrom } from "../present.ts";
import { countEvents, findEvents, type Place } from "../query/query.ts";

const maxEvents = 200;

export default defineTool({
  name: "obs_query",
  description:
    `Find events in the log: tool calls, database operations, jobs, errors, telemetry of the CLIs. Use to see what failed, was slow or took long, what mentions a word, or what happened when. traceId also takes a tool-use id, call id or session id. Returns at most ${maxEvents} events, newest first, and a cursor.`,
  searchHint: "search logs events errors failed failures requests history",
  input: z.strictObject({
    traceId: z.string().max(200).optional(),
    category: z.string().max(200).optional().describe("mcp, database, job, telemetry …"),
    action: z.string().max(200).optional(),
    service: z.string().max(200).optional(),
    status: z.enum(["ok", "error"]).optional(),
    since: z.string().max(40).optional().describe("ISO time, or 24h, 7d"),
    until: z.string().max(40).optional(),
    minScore: z.int().min(1).max(5).optional(),
    maxScore: z.int().min(1).max(5).optional(),
    text: z.string().trim().min(1).max(500).optional(),
    limit: z.int().min(1).max(maxEvents).optional().describe("Default 50"),
    cursor: z.string().max(60).optional(),
    count: z.boolean().optional().describe("Also the total; slow"),
  }),
  output: z.object({ events: z.array(eventSchema), cursor: z.string().optional(), total: z.int().optional() }),
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  run: ({ since, until, limit, cursor, count, ...fields }, { state, now }: Context<Obs>) => {
    const filter = { ...fields, sinceMs: timeFrom(since, "since", now()), untilMs: timeFrom(until, "until", now()) };
    freshen(state, { text: fields.text !== undefined });
    const { events, next } = findEvents(state, filter, limit ?? 50, placeOf(cursor));
    return {
      events: events.map(shownEvent),
      ...(next && { cursor: `${next.timeMs}-${next.id}` }),
      ...(count && { total: countEvents(state, filter) }),
    };
  },
});

function placeOf(cursor: string | undefined): Place | undefined {
  if (cursor === undefined) return undefined;
  const [, timeMs, id] = /^(-?\d{1,16}(?:\.\d{1,20})?)-(\d{1,16})$/.exec(cursor) ?? [];
  if (timeMs === undefined || !id) throw new UserError("bad_input", "cursor is not one that obs_query gave. Leave it out to start at the newest.");
  return { timeMs: Number(timeMs), id: Number(id) };
}
