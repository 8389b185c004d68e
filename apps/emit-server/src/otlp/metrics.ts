import type { TraceEvent } from "@paios/shared/trace";
import { plainAttributes } from "./attributes.ts";
import { keepKnown } from "./keep.ts";
import { millisecondsOf, newSpanId, newTraceId, type Origin, originOf, sessionTrace } from "./resource.ts";
import type { DataPoint, Metric, Metrics, Points } from "./types.ts";

/** Codex exports hundreds; these say what it did and what it used. */
const codexMetrics = new Set(["codex.thread.started", "codex.conversation.turn.count", "codex.turn.token_usage", "codex.turn.e2e_duration_ms", "codex.tool.call", "codex.mcp.call", "codex.api_request"]);

const temporalities: Record<number, string> = { 1: "delta", 2: "cumulative" };

/** Each data point of a kept metric of Claude Code or Codex as one event, its value under `paios.metric.value`. */
export function metricsToEvents({ resourceMetrics = [] }: Metrics, now: number): TraceEvent[] {
  return resourceMetrics.flatMap(({ resource, scopeMetrics = [] }) => {
    const origin = originOf(resource);
    const loneTrace = newTraceId();
    return scopeMetrics
      .flatMap(({ metrics = [] }) => metrics)
      .filter((metric) => isKept(origin, metric))
      .flatMap((metric) => {
        const points: Points = metric.sum ?? metric.gauge ?? metric.histogram ?? {};
        return (points.dataPoints ?? []).flatMap((point) => eventOf(origin, metric, points, point, { now, loneTrace }) ?? []);
      });
  });
}

function isKept({ client }: Origin, { name = "" }: Metric): boolean {
  return client === "codex" ? codexMetrics.has(name) : client === "claude-code" && name.startsWith("claude_code.");
}

function eventOf({ service }: Origin, { name = "", unit }: Metric, points: Points, point: DataPoint, fallback: { now: number; loneTrace: string }): TraceEvent | undefined {
  const value = point.asDouble ?? point.asInt ?? point.sum;
  if (value === undefined || !Number.isFinite(value)) return undefined;
  const kept = keepKnown(plainAttributes(point.attributes));
  const temporality = temporalities[points.aggregationTemporality ?? 0];
  return {
    traceId: sessionTrace(kept) ?? fallback.loneTrace,
    spanId: newSpanId(),
    time: millisecondsOf(point.timeUnixNano) ?? fallback.now,
    category: "telemetry",
    action: name,
    service,
    status: "ok",
    metadata: {
      ...Object.fromEntries(kept),
      "paios.metric.value": value,
      ...(point.count !== undefined && { "paios.metric.count": point.count }),
      ...(unit && { "paios.metric.unit": unit }),
      ...(temporality && { "paios.metric.temporality": temporality }),
    },
  };
}
