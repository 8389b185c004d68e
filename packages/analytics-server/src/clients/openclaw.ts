import type { Row, SkipReason, Tokens, ToolCall } from "../index/row.ts";
import { toolName } from "./claude.ts";
import { asCount, asList, asName, asObject, asTime, type LineBytes, parseLine, parseObject } from "./json.ts";

/** What the first event of a session said. */
export interface OpenClawState {
  session: string;
  cwd: string;
}

export function newOpenClawState(): OpenClawState {
  return { session: "", cwd: "" };
}

/** A line of an archived or older session: an event, or one packed in a row of a cold archive. */
export function readOpenClawLine(bytes: LineBytes, state: OpenClawState): Row | SkipReason | undefined {
  const line = parseLine(bytes);
  if (!line) return "not_json";
  if (line["kind"] === undefined) return readOpenClawEvent(line, state);
  if (line["kind"] === "header") state.session = asName(line["sessionId"]);
  const packed = line["kind"] === "event" ? asObject(line["row"])?.["event_json"] : undefined;
  if (typeof packed !== "string") return undefined;
  const event = parseObject(packed);
  return event ? readOpenClawEvent(event, state) : "not_json";
}

/** An event of a session of OpenClaw. `state` is changed by the event that opens a session. */
export function readOpenClawEvent(event: Record<string, unknown>, state: OpenClawState): Row | SkipReason | undefined {
  if (event["type"] === "session") {
    state.session ||= asName(event["id"]);
    state.cwd = asName(event["cwd"]);
    return undefined;
  }
  const message = asObject(event["message"]);
  if (event["type"] !== "message" || !message) return undefined;
  const usage = message["role"] === "assistant" ? asObject(message["usage"]) : undefined;
  const calls = message["role"] === "assistant" ? asList(message["content"]).flatMap(callOf) : [];
  const result = message["role"] === "toolResult" ? asName(message["toolCallId"]) : "";
  if (!usage && calls.length === 0 && !result) return undefined;

  const atMs = asTime(event["timestamp"]);
  const id = asName(event["id"]);
  if (atMs === undefined || !id || !state.session) return "bad_row";
  // Ids of older versions are short; with the time they are unique, and a copy has both.
  const key = `${id} ${atMs}`;
  const row: Row = { id: key, session: state.session, project: state.cwd, atMs };
  if (calls.length > 0) row.calls = calls;
  if (result) {
    const took = asObject(message["details"])?.["durationMs"];
    row.results = [{ id: result, error: message["isError"] === true, ...(typeof took === "number" && took >= 0 && { durationMs: took }) }];
  }
  if (!usage) return row;
  const tokens = tokensOf(usage);
  if (!tokens) return "bad_row";
  if (Object.values(tokens).some((count) => count > 0)) row.requests = [{ key, inSession: key, sidechain: false, model: asName(message["model"]) || "unknown", mcpServer: "", tokens }];
  return row;
}

function tokensOf(usage: Record<string, unknown>): Tokens | undefined {
  const [input, output, cacheRead, cache5m, reasoning] = ["input", "output", "cacheRead", "cacheWrite", "reasoningTokens"].map((field) => asCount(usage[field]));
  if (input === undefined || output === undefined || cacheRead === undefined || cache5m === undefined || reasoning === undefined) return undefined;
  return { input, output, cacheRead, cache5m, cache1h: 0, reasoning: Math.min(reasoning, output) };
}

function callOf(block: unknown): ToolCall[] {
  const { type, id, name } = asObject(block) ?? {};
  return type === "toolCall" && typeof id === "string" ? [{ id: asName(id), ...toolName(asName(name)) }] : [];
}
