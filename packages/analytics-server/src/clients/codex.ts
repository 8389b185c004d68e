import type { Row, SkipReason, Tokens, ToolCall, ToolResult } from "../index/row.ts";
import { toolName } from "./claude.ts";
import { limitsOf, limitsShape } from "./codex-limits.ts";
import { difference, numbers, tokensOf, usageShape } from "./codex-usage.ts";
import { asName, asObject, asTime, type LineBytes } from "./json.ts";
import { fieldsOf, skimLine } from "./skim.ts";

/** What a rollout said so far that its later lines rest on. Kept between two readings. */
export interface CodexState {
  /** The thread of the file, the session it belongs to, and when the file was begun. */
  thread: string;
  session: string;
  begunMs: number;
  forked: boolean;
  /** The thread whose lines are being copied at the head of a fork. */
  copied: { thread: string; session: string };
  cwd: string;
  model: string;
  turnMs: number;
  /** The cumulative usage of the last line that counted, as Codex writes it; empty in a fork, whose sum starts elsewhere. */
  total: number[];
  /** Whose tool answered last: the next request has its result to read. */
  mcpServer: string;
  /** The last limits, so that only changes are kept. */
  limits: string;
}

export function newCodexState(): CodexState {
  return { thread: "", session: "", begunMs: 0, forked: false, copied: { thread: "", session: "" }, cwd: "", model: "", turnMs: 0, total: [0, 0, 0, 0, 0], mcpServer: "", limits: "" };
}

type Payload = Record<string, unknown>;

const turnShape = { cwd: true, model: true } as const;

const wanted = fieldsOf({
  type: true,
  timestamp: true,
  payload: {
    ...turnShape,
    type: true,
    timestamp: true,
    // Of the session and of a fork.
    id: true,
    session_id: true,
    forked_from_id: true,
    source: {},
    // Of turns and what they used.
    thread_id: true,
    turn_id: true,
    response_id: true,
    started_at: true,
    thread_settings: turnShape,
    usage: usageShape,
    thread_token_usage: usageShape,
    info: { total_token_usage: usageShape, last_token_usage: usageShape },
    rate_limits: limitsShape,
    // Of tools.
    call_id: true,
    namespace: true,
    name: true,
    output: true,
    item: { id: true, type: true, server: true, status: true },
    started_at_ms: true,
    completed_at_ms: true,
    exit_code: true,
    duration: { secs: true, nanos: true },
    invocation: { server: true },
    result: { Err: {} },
  },
});

/** A line of a rollout of Codex. `state` is changed by what the line says. */
export function readCodexLine(bytes: LineBytes, state: CodexState, fileName: string): Row | SkipReason | undefined {
  const known = bytes.end - bytes.start > longLine ? readLongLine(bytes, state, fileName) : undefined;
  if (known) return known === "nothing" ? undefined : known;
  const line = skimLine(bytes, wanted);
  if (!line) return "not_json";
  const payload = asObject(line["payload"]);
  if (!payload) return undefined;
  const atMs = asTime(line["timestamp"]) ?? 0;
  if (line["type"] === "session_meta") return begin(payload, atMs, state);
  if (line["type"] === "turn_context") return beginTurn(payload, state);
  if (!state.thread) adopt(fileName, atMs, state);
  if (line["type"] === "token_usage_record") return usageRecord(payload, atMs, state);
  if (line["type"] === "response_item") return responseItem(payload, atMs, state);
  if (line["type"] === "event_msg") return event(payload, atMs, state);
  return undefined;
}

const longLine = 300;
const headChars = 300;
const outputChars = 500;

/** Most bytes are what people, models and tools said: a long line of these is told by its beginning, and not parsed. */
function readLongLine({ bytes, start, end }: LineBytes, state: CodexState, fileName: string): Row | "nothing" | undefined {
  const head = bytes.toString("latin1", start, start + headChars);
  const [whole, time, type, id] = /^\{"timestamp":"([^"\\]{20,30})",(?:"ordinal":\d{1,9},)?"type":"response_item","payload":\{"type":"(message|reasoning|function_call_output|custom_tool_call_output)",(?:"id":"[^"\\]{0,200}",)?(?:"call_id":"([^"\\]{1,200})","output":")?/.exec(head) ?? [];
  if (!whole || !type) return undefined;
  if (type === "message" || type === "reasoning") return "nothing";
  const atMs = asTime(time);
  if (id === undefined || atMs === undefined) return undefined;
  if (!state.thread) adopt(fileName, atMs, state);
  const outputAt = start + whole.length;
  return resultRow({ id, error: outputFailed(bytes.toString("latin1", outputAt, Math.min(end, outputAt + outputChars))) }, atMs, state);
}

function begin(meta: Payload, atMs: number, state: CodexState): undefined {
  const thread = asName(meta["id"]);
  const session = asName(meta["session_id"]) || thread;
  // A fork repeats the lines of its original, that one's first line too.
  if (state.thread && thread !== state.thread) {
    state.copied = { thread, session };
    return;
  }
  const forked = typeof meta["forked_from_id"] === "string" && asObject(meta["source"]) === undefined;
  Object.assign(state, { thread, session, forked, begunMs: asTime(meta["timestamp"]) ?? atMs, copied: { thread, session }, cwd: asName(meta["cwd"]) });
  if (forked) state.total = [];
}

/** The name of a rollout ends with its thread. */
function adopt(fileName: string, atMs: number, state: CodexState): void {
  const thread = /([0-9a-f]{8}-[0-9a-f-]{27})\.jsonl/.exec(fileName)?.[1] ?? fileName;
  Object.assign(state, { thread, session: thread, begunMs: atMs, copied: { thread, session: thread } });
}

function beginTurn(turn: Payload, state: CodexState): undefined {
  state.cwd = asName(turn["cwd"]) || state.cwd;
  state.model = asName(turn["model"]) || state.model;
}

/** Whose line this is, and when it was first written: a fork stamps what it copies with its own time. */
function origin(turnMs: number, atMs: number, state: CodexState): { thread: string; session: string; atMs: number } {
  const isCopy = state.forked && turnMs > 0 && turnMs < state.begunMs - 1_000;
  return isCopy ? { ...state.copied, atMs: turnMs } : { thread: state.thread, session: state.session, atMs };
}

function usageRecord(record: Payload, atMs: number, state: CodexState): Row | SkipReason | undefined {
  const response = asName(record["response_id"]);
  const tokens = tokensOf(asObject(record["usage"]));
  const turnMs = timeOfId(asName(record["turn_id"]));
  const own = origin(turnMs, atMs, state);
  const thread = asName(record["thread_id"]) || own.thread;
  const session = asName(record["session_id"]) || own.session;
  if (!tokens || !response || own.atMs === 0) return "bad_row";
  const total = asObject(record["thread_token_usage"]);
  if (total) state.total = numbers(total);
  return requestRow({ ...own, session, key: `${thread} ${response}` }, tokens, state);
}

function event(payload: Payload, atMs: number, state: CodexState): Row | SkipReason | undefined {
  const type = payload["type"];
  if (type === "token_count") return tokenCount(payload, atMs, state);
  if (type === "task_started" && typeof payload["started_at"] === "number") state.turnMs = payload["started_at"] * 1_000;
  if (type === "thread_settings_applied") return beginTurn(asObject(payload["thread_settings"]) ?? {}, state);
  if (type === "item_completed") return completed(asObject(payload["item"]) ?? {}, payload, atMs, state);
  if (type === "exec_command_end") return ended(payload, payload["exit_code"] !== 0, atMs, state);
  if (type === "mcp_tool_call_end") return ended(payload, asObject(payload["result"])?.["Err"] !== undefined, atMs, state);
  return undefined;
}

/** Before there were records of each response: what the cumulative usage grew by. It is repeated, and copied by forks. */
function tokenCount(payload: Payload, atMs: number, state: CodexState): Row | SkipReason | undefined {
  const own = origin(state.turnMs, atMs, state);
  if (own.atMs === 0) return "bad_row";
  const limits = own.atMs === atMs ? limitsOf(payload["rate_limits"], atMs, state) : [];
  const info = asObject(payload["info"]);
  const total = asObject(info?.["total_token_usage"]);
  const last = asObject(info?.["last_token_usage"]);
  const now = total ? numbers(total) : [];
  const isNew = total ? now.some((value, at) => value !== state.total[at]) : last !== undefined;
  const grown = total && state.total.length > 0 && now.every((value, at) => value >= (state.total[at] ?? 0)) ? difference(now, state.total) : undefined;
  if (total) state.total = now;
  const tokens = isNew ? (grown ?? tokensOf(last) ?? tokensOf(total)) : undefined;
  if (!tokens) return limits.length > 0 ? { session: own.session, project: state.cwd, atMs, limits } : undefined;
  const row = requestRow({ ...own, key: `${own.thread} ${total ? now.join(" ") : `${atMs}`}` }, tokens, state);
  return limits.length > 0 ? { ...row, limits } : row;
}

function requestRow({ key, session, atMs }: { key: string; session: string; atMs: number }, tokens: Tokens, state: CodexState): Row {
  const { mcpServer } = state;
  state.mcpServer = "";
  return { session, project: state.cwd, atMs, requests: [{ key, inSession: key, sidechain: false, model: state.model || "unknown", mcpServer, tokens }] };
}

/** The ids of turns are UUIDs of version 7: they begin with their time. */
function timeOfId(id: string): number {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-7/.test(id) ? Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) : 0;
}

function responseItem(item: Payload, atMs: number, state: CodexState): Row | undefined {
  const id = asName(item["call_id"]);
  if (!id || atMs === 0) return undefined;
  const type = item["type"];
  if (type === "function_call" || type === "custom_tool_call" || type === "local_shell_call") {
    const namespace = asName(item["namespace"]);
    const name = asName(item["name"]) || "shell";
    const call: ToolCall = { id, ...toolName(namespace ? `${namespace}__${name}` : name) };
    return { id: `call ${id} ${originOfCall(atMs, state)}`, session: state.session, project: state.cwd, atMs, calls: [call] };
  }
  if (type === "function_call_output" || type === "custom_tool_call_output") return resultRow({ id, error: outputFailed(item["output"]) }, atMs, state);
  return undefined;
}

function originOfCall(atMs: number, state: CodexState): string {
  return origin(state.turnMs, atMs, state).thread;
}

function completed(item: Payload, payload: Payload, atMs: number, state: CodexState): Row | undefined {
  const id = asName(item["id"]);
  if ((item["type"] !== "CommandExecution" && item["type"] !== "McpToolCall") || !id) return undefined;
  if (item["type"] === "McpToolCall") state.mcpServer = asName(item["server"]);
  const took = Number(payload["completed_at_ms"]) - Number(payload["started_at_ms"]);
  return resultRow({ id, error: item["status"] === "failed", ...(took >= 0 && { durationMs: took }) }, atMs, state);
}

function ended(payload: Payload, error: boolean, atMs: number, state: CodexState): Row | undefined {
  const id = asName(payload["call_id"]);
  const { secs, nanos } = asObject(payload["duration"]) ?? {};
  const server = asName(asObject(payload["invocation"])?.["server"]);
  if (server) state.mcpServer = server;
  const took = Number(secs) * 1_000 + Number(nanos) / 1e6;
  return id ? resultRow({ id, error, ...(took >= 0 && { durationMs: took }) }, atMs, state) : undefined;
}

function resultRow(result: ToolResult, atMs: number, state: CodexState): Row {
  return { session: state.session, project: state.cwd, atMs, results: [result] };
}

/** The first lines of a command's output say how it ended. */
function outputFailed(output: unknown): boolean {
  const text = typeof output === "string" ? output.slice(0, outputChars) : "";
  const code = /(?:Process exited with code|Exit code:|exit_code\\?":) ?(\d{1,3})/.exec(text)?.[1];
  return code !== undefined && code !== "0";
}
