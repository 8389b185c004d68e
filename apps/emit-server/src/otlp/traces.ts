import type { TraceEvent } from "@paios/shared/trace";
import { plainAttributes } from "./attributes.ts";
import { keepForeign, keepKnown } from "./keep.ts";
import { millisecondsOf, type Origin, originOf, saysFailed, validId } from "./resource.ts";
import type { Span, Traces } from "./types.ts";

const errorStatus = 2;
const nameChars = 200;
/** A parent chain longer than this is a cycle. */
const maxAncestors = 1_000;

/** One trivial turn of Codex is a thousand spans; these tell the story. */
const codexSpans = new Set(["session_task.turn", "codex.turn_input", "mcp.tools.call", "responses.stream_request"]);

/** The spans that are kept, as events. A kept span whose parent is dropped hangs on the nearest kept one above it. */
export function tracesToEvents({ resourceSpans = [] }: Traces, now: number): TraceEvent[] {
  return resourceSpans.flatMap(({ resource, scopeSpans = [] }) => {
    const origin = originOf(resource);
    const spans = scopeSpans.flatMap((scope) => scope.spans ?? []);
    const dropped = new Map(spans.filter((span) => !isKept(origin, span)).map((span) => [span.spanId ?? "", span.parentSpanId]));
    return spans.filter((span) => isKept(origin, span)).flatMap((span) => eventOf(origin, span, ancestor(dropped, span.parentSpanId), now) ?? []);
  });
}

function isKept({ client }: Origin, { name = "" }: Span): boolean {
  if (client === "codex") return codexSpans.has(name) || name.startsWith("model_client.");
  return client === undefined || name.startsWith("claude_code.");
}

function ancestor(dropped: ReadonlyMap<string, string | undefined>, parentId: string | undefined): string | undefined {
  let id = parentId;
  for (let steps = 0; id !== undefined && dropped.has(id); steps++) id = steps < maxAncestors ? dropped.get(id) : undefined;
  return validId(id, 16);
}

function eventOf({ client, service }: Origin, span: Span, parentId: string | undefined, now: number): TraceEvent | undefined {
  const traceId = validId(span.traceId, 32);
  const spanId = validId(span.spanId, 16);
  if (!traceId || !spanId) return undefined;
  const given = plainAttributes(span.attributes);
  const kept = client ? keepKnown(given) : keepForeign(given);
  const { startTimeUnixNano: start, endTimeUnixNano: end } = span;
  return {
    traceId,
    spanId,
    ...(parentId && { parentId }),
    time: millisecondsOf(start, end) ?? now,
    category: "telemetry",
    action: span.name?.slice(0, nameChars) || "span",
    service,
    status: span.status?.code === errorStatus || saysFailed(kept) ? "error" : "ok",
    ...(start && end && end >= start && { durationMs: Number(end - start) / 1e6 }),
    metadata: Object.fromEntries(kept),
  };
}
