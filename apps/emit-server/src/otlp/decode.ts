import { parseJson } from "../parse-json.ts";
import { decodeJson } from "./json.ts";
import { logsMessage, type Message, metricsMessage, tracesMessage } from "./messages.ts";
import type { Logs, Metrics, Traces } from "./types.ts";
import { decodeProtobuf } from "./wire.ts";

/** The two encodings of OTLP over HTTP, by content type. */
export const otlpTypes = ["application/json", "application/x-protobuf"] as const;
export type OtlpType = (typeof otlpTypes)[number];

export function decodeTraces(type: OtlpType, body: Buffer): Traces {
  return decode(tracesMessage, type, body) as Traces;
}

export function decodeLogs(type: OtlpType, body: Buffer): Logs {
  return decode(logsMessage, type, body) as Logs;
}

export function decodeMetrics(type: OtlpType, body: Buffer): Metrics {
  return decode(metricsMessage, type, body) as Metrics;
}

function decode(message: Message, type: OtlpType, body: Buffer): unknown {
  return type === "application/json" ? decodeJson(message, parseJson(body)) : decodeProtobuf(message, body);
}
