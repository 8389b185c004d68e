import type { TraceEvent } from "@paios/shared/trace";
import { numberOf, type Plain, plainAttributes } from "./attributes.ts";
import { failureMessage, keepKnown } from "./keep.ts";
import { millisecondsOf, newSpanId, newTraceId, originOf, saysFailed, sessionTrace, validId } from "./resource.ts";
import type { LogRecord, Logs } from "./types.ts";

const errorSeverity = 17;

const keptEvents = {
  "claude-code": new Set(["user_prompt", "tool_decision", "tool_result", "api_request", "api_error"]),
  codex: new Set(["codex.conversation_starts", "codex.user_prompt", "codex.api_request", "codex.tool_decision", "codex.tool_result", "codex.sse_event"]),
};

/** These fail at the provider, so their message is the provider's. */
const providerEvents = new Set(["api_error", "codex.api_request", "codex.sse_event"]);

/** The log records of Claude Code and Codex that are kept, as events. Logs of other programs may hold anything: dropped. */
export function logsToEvents({ resourceLogs = [] }: Logs, now: number): TraceEvent[] {
  return resourceLogs.flatMap(({ resource, scopeLogs = [] }) => {
    const { client } = originOf(resource);
    if (!client) return [];
    const loneTrace = newTraceId();
    return scopeLogs.flatMap(({ logRecords = [] }) =>
      logRecords.flatMap((record) => {
        const given = plainAttributes(record.attributes);
        const action = String(given.get("event.name") ?? record.eventName ?? "");
        return keptEvents[client].has(action) && !isTick(action, given) ? [eventOf(client, action, record, given, { now, loneTrace })] : [];
      }),
    );
  });
}

/** Codex logs each part of a streamed answer; only the last one counts tokens. */
function isTick(action: string, given: ReadonlyMap<string, Plain>): boolean {
  return action === "codex.sse_event" && !given.has("input_token_count") && failureMessage(given) === undefined;
}

function eventOf(service: string, action: string, record: LogRecord, given: ReadonlyMap<string, Plain>, fallback: { now: number; loneTrace: string }): TraceEvent {
  const kept = keepKnown(given);
  const failure = providerEvents.has(action) ? failureMessage(given) : undefined;
  const parentId = validId(record.spanId, 16);
  const durationMs = numberOf(given.get("duration_ms"));
  const failed = action === "api_error" || failure !== undefined || saysFailed(kept) || (record.severityNumber ?? 0) >= errorSeverity;
  return {
    traceId: validId(record.traceId, 32) ?? sessionTrace(kept) ?? fallback.loneTrace,
    spanId: newSpanId(),
    ...(parentId && { parentId }),
    time: millisecondsOf(record.timeUnixNano, record.observedTimeUnixNano) ?? fallback.now,
    category: "telemetry",
    action,
    service,
    status: failed ? "error" : "ok",
    ...(durationMs !== undefined && durationMs >= 0 && { durationMs }),
    metadata: { ...Object.fromEntries(kept), ...(failure !== undefined && { "error.message": failure }) },
  };
}
