import { parseTraceparent, type TraceEvent } from "@paios/shared/trace";

const nameChars = 200;
const valueChars = 2_000;
const maxAttributes = 128;
const metadataChars = 32_000;
const dayMs = 86_400_000;

/** The event in an intake payload, made to fit the tables; undefined when it is none. */
export function readEvent(payload: string, receivedMs: number): TraceEvent | undefined {
  let value: unknown;
  try {
    value = JSON.parse(payload);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { traceId, spanId, parentId, time, category, action, service, status, durationMs, metadata } = value as Record<string, unknown>;
  const ids = parseTraceparent(`00-${String(traceId)}-${String(spanId)}-01`);
  if (!ids || !isName(category) || !isName(action) || !isName(service)) return undefined;
  return {
    ...ids,
    ...(typeof parentId === "string" && /^[0-9a-f]{16}$/.test(parentId) && { parentId }),
    // A clock that is far off would hide the event from every question by time, or keep it for ever.
    time: typeof time === "number" && Math.abs(time - receivedMs) < 400 * dayMs && time < receivedMs + dayMs ? time : receivedMs,
    category: category.slice(0, nameChars),
    action: action.slice(0, nameChars),
    service: service.slice(0, nameChars),
    status: status === "error" ? "error" : "ok",
    ...(typeof durationMs === "number" && durationMs >= 0 && Number.isFinite(durationMs) && { durationMs }),
    metadata: bounded(metadata),
  };
}

/** What stands for a payload that is no event, so that it is seen and not lost. */
export function rejected(payload: string, receivedMs: number, ids: { traceId: string; spanId: string }): TraceEvent {
  return { ...ids, time: receivedMs, category: "obs", action: "reject event", service: "obs", status: "error", metadata: { "error.type": "bad_input", "paios.payload": payload.slice(0, 500) } };
}

function bounded(metadata: unknown): Record<string, unknown> {
  if (typeof metadata !== "object" || metadata === null || Array.isArray(metadata)) return {};
  const entries = Object.entries(metadata).slice(0, maxAttributes);
  const short = Object.fromEntries(entries.map(([key, value]) => [key.slice(0, nameChars), typeof value === "string" && value.length > valueChars ? `${value.slice(0, valueChars)} …` : value]));
  return JSON.stringify(short).length > metadataChars ? { "paios.trace.problem": "metadata was too large to keep" } : short;
}

function isName(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
