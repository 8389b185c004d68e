import { UserError } from "@paios/shared/errors";
import { neutralise } from "@paios/shared/external";
import { type Context, defineTool } from "@paios/shared/tool";
import * as z from "zod";
import { freshen, type Obs } from "../obs.ts";
import { rounded, shownMetadata } from "../present.ts";
import { maxShownTraces, type SpanNode, type TraceTree, traceTrees } from "../query/tree.ts";

interface ShownSpan {
  spanId: string;
  action: string;
  service: string;
  category: string;
  status: "ok" | "error";
  /** Milliseconds after the trace began. */
  atMs: number;
  durationMs?: number | undefined;
  score?: number | undefined;
  metadata: Record<string, unknown>;
  children: ShownSpan[];
}

const span: z.ZodType<ShownSpan> = z.object({
  spanId: z.string(),
  action: z.string(),
  service: z.string(),
  category: z.string(),
  status: z.enum(["ok", "error"]),
  atMs: z.number(),
  durationMs: z.number().optional(),
  score: z.number().optional(),
  metadata: z.record(z.string(), z.unknown()),
  children: z.array(z.lazy(() => span)),
});

const trace = z.object({
  traceId: z.string(),
  started: z.string(),
  durationMs: z.number(),
  events: z.int(),
  errors: z.int(),
  score: z.int().optional(),
  aliases: z.array(z.string()),
  cut: z.literal(true).optional(),
  spans: z.array(span),
});

export default defineTool({
  name: "obs_trace",
  description:
    `Show the trace of a request as a tree, step by step: what called what, how long each took, where it failed. Use with a trace id, tool-use id, call id or session id. Of a session the newest ${maxShownTraces} come.`,
  searchHint: "duration timing time steps session",
  input: z.strictObject({ traceId: z.string().trim().min(1).max(200) }),
  output: z.object({ traces: z.array(trace) }),
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  limits: { outputChars: 400_000 },
  run: ({ traceId }, { state }: Context<Obs>) => {
    freshen(state);
    const trees = traceTrees(state.database, traceId);
    if (trees.length === 0) throw new UserError("not_found", `Nothing is stored under ${neutralise(traceId).slice(0, 80)}. obs_query lists what there is; a call's events arrive within a second.`);
    return { traces: trees.map(shownTrace) };
  },
});

function shownTrace({ traceId, firstMs, lastMs, events, errors, score, aliases, roots, cut }: TraceTree): z.infer<typeof trace> {
  return {
    traceId,
    started: new Date(firstMs).toISOString(),
    durationMs: rounded(lastMs - firstMs),
    events,
    errors,
    ...(score !== undefined && { score }),
    aliases: aliases.map(neutralise),
    ...(cut && { cut: true as const }),
    spans: roots.map((root) => shownSpan(root, firstMs)),
  };
}

function shownSpan({ event, children }: SpanNode, firstMs: number): ShownSpan {
  const { spanId, action, service, category, status, time, durationMs, score, metadata } = event;
  return {
    spanId,
    action: neutralise(action),
    service: neutralise(service),
    category: neutralise(category),
    status,
    atMs: rounded(time - firstMs),
    ...(durationMs !== undefined && { durationMs: rounded(durationMs) }),
    ...(score !== undefined && { score }),
    metadata: shownMetadata(metadata),
    children: children.map((child) => shownSpan(child, firstMs)),
  };
}
