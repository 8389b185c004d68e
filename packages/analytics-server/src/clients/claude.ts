import type { Request, Row, SkipReason, Tokens, ToolCall, ToolResult } from "../index/row.ts";
import { asCount, asList, asName, asObject, asTime, hasAt, type LineBytes } from "./json.ts";
import { fieldsOf, skimLine } from "./skim.ts";

const usageShape = {
  input_tokens: true,
  output_tokens: true,
  cache_read_input_tokens: true,
  cache_creation_input_tokens: true,
  cache_creation: { ephemeral_5m_input_tokens: true, ephemeral_1h_input_tokens: true },
  output_tokens_details: { thinking_tokens: true },
} as const;

const wanted = fieldsOf({
  type: true,
  uuid: true,
  timestamp: true,
  sessionId: true,
  requestSessionId: true,
  requestId: true,
  cwd: true,
  isSidechain: true,
  attributionMcpServer: true,
  quotaLimits: { status: true, rateLimitType: true, resetsAt: true },
  message: {
    id: true,
    model: true,
    usage: { ...usageShape, iterations: { ...usageShape, type: true, model: true } },
    content: { type: true, id: true, name: true, tool_use_id: true, is_error: true },
  },
});

/** A line of a transcript of Claude Code: what counts in it, nothing, or why it could not be taken. */
export function readClaudeLine(bytes: LineBytes, folder: string): Row | SkipReason | undefined {
  if (isBookkeeping(bytes)) return undefined;
  const result = bytes.end - bytes.start > longLine ? readLongResult(bytes) : undefined;
  if (result) return result;
  const line = skimLine(bytes, wanted);
  if (!line) return "not_json";
  const message = asObject(line["message"]);
  if (!message || (line["type"] !== "assistant" && line["type"] !== "user")) return undefined;
  const usage = line["type"] === "assistant" ? asObject(message["usage"]) : undefined;
  const content = asList(message["content"]);
  const calls = line["type"] === "assistant" ? content.flatMap(callOf) : [];
  const results = line["type"] === "user" ? content.flatMap(resultOf) : [];
  const isRequest = usage !== undefined && message["model"] !== "<synthetic>";
  const limits = limitOf(line["quotaLimits"]);
  if (!isRequest && calls.length === 0 && results.length === 0 && limits.length === 0) return undefined;

  const atMs = asTime(line["timestamp"]);
  // A fork copies the rows of its session and says who made the request.
  const session = asName(line["requestSessionId"]) || asName(line["sessionId"]);
  if (atMs === undefined || !session) return "bad_row";
  const row: Row = { session, project: projectOf(line["cwd"], folder), atMs };
  const id = asName(line["uuid"]);
  if (id) row.id = id;
  if (calls.length > 0) row.calls = calls;
  if (results.length > 0) row.results = results;
  if (limits.length > 0) row.limits = limits;
  if (!isRequest) return row;

  const tokens = tokensOf(usage);
  if (!tokens) return "bad_row";
  const messageId = asName(message["id"]) || id;
  const request = {
    key: `${messageId} ${asName(line["requestId"]) || session}`,
    inSession: `${messageId} in ${session}`,
    sidechain: line["isSidechain"] === true,
    model: asName(message["model"]) || "unknown",
    mcpServer: asName(line["attributionMcpServer"]),
    tokens,
  };
  row.requests = [request, ...asList(usage["iterations"]).flatMap((iteration, at) => advised(iteration, at, request))];
  return row;
}

/** A model may ask another one while it answers: that one's tokens are not in the sums of the message. */
function advised(iteration: unknown, at: number, request: Request): Request[] {
  const usage = asObject(iteration);
  const tokens = usage?.["type"] === "advisor_message" ? tokensOf(usage) : undefined;
  return tokens ? [{ ...request, key: `${request.key} advisor ${at}`, inSession: `${request.inSession} advisor ${at}`, model: asName(usage?.["model"]) || "unknown", tokens }] : [];
}

/** Rows that begin with their type are the client's own notes, often large; messages of old versions begin so too. */
function isBookkeeping(line: LineBytes): boolean {
  return hasAt(line, 0, '{"type":"') && !hasAt(line, 9, 'assistant"') && !hasAt(line, 9, 'user"');
}

const longLine = 2_000;
const headBytes = 700;
const tailBytes = 160;
const resultHead = '"type":"user","message":{"role":"user","content":[{';

/**
 * Most bytes of all are results of tools, each written twice. Of a long one only what counts is looked at, in the order
 * the client writes it: inside a JSON text every quote has a backslash before it, so that a key with both its quotes is
 * a key. Undefined where anything is not as expected.
 */
function readLongResult({ bytes, start, end }: LineBytes): Row | undefined {
  const head = bytes.toString("latin1", start, start + headBytes);
  const from = head.indexOf(resultHead);
  if (from < 0) return undefined;
  const line = bytes.subarray(start + from + resultHead.length, end);
  const timeAt = line.indexOf('","timestamp":"');
  const tail = line.toString("latin1", Math.max(0, timeAt - tailBytes), timeAt + 40);
  const [whole, error, last, id, time] = /(?:"is_error":(true|false))?(?:,?"tool_use_id":"([\w-]{1,100})")?\}\]\},"uuid":"([0-9a-f-]{36})","timestamp":"([^"]{20,30})"/.exec(tail) ?? [];
  const atMs = asTime(time);
  const first = /^"tool_use_id":"([\w-]{1,100})","type":"tool_result"/.exec(head.slice(from + resultHead.length))?.[1];
  const call = last ?? first;
  if (!whole || id === undefined || atMs === undefined || call === undefined || (last !== undefined && first !== undefined)) return undefined;
  // More than one in a row: then it is read whole.
  if (line.subarray(first === undefined ? 0 : 1, Math.max(1, timeAt - tailBytes)).includes('"tool_use_id":"')) return undefined;
  return { id, session: "", project: "", atMs, results: [{ id: call, error: error === "true" }] };
}

function tokensOf(usage: Record<string, unknown>): Tokens | undefined {
  const input = asCount(usage["input_tokens"]);
  const output = asCount(usage["output_tokens"]);
  const cacheRead = asCount(usage["cache_read_input_tokens"]);
  const written = asCount(usage["cache_creation_input_tokens"]);
  const tiers = asObject(usage["cache_creation"]);
  const cache5m = tiers ? asCount(tiers["ephemeral_5m_input_tokens"]) : written;
  const cache1h = asCount(tiers?.["ephemeral_1h_input_tokens"]);
  const reasoning = asCount(asObject(usage["output_tokens_details"])?.["thinking_tokens"]);
  if (input === undefined || output === undefined || cacheRead === undefined || written === undefined || cache5m === undefined || cache1h === undefined || reasoning === undefined) return undefined;
  // What the tiers do not explain was written at the tier that is the default.
  return { input, output, cacheRead, cache5m: cache5m + Math.max(0, written - cache5m - cache1h), cache1h, reasoning: Math.min(reasoning, output) };
}

function callOf(block: unknown): ToolCall[] {
  const { type, id, name } = asObject(block) ?? {};
  if (type !== "tool_use" || typeof id !== "string") return [];
  return [{ id: asName(id), ...toolName(asName(name)) }];
}

/** `mcp__kb__kb_search` is a tool of the server kb; from a plugin the server's name has the plugin's before it. */
export function toolName(name: string): { mcpServer: string; name: string } {
  const [prefix, server, ...rest] = name.split("__");
  return prefix === "mcp" && server && rest.length > 0 ? { mcpServer: server, name: rest.join("__") } : { mcpServer: "", name };
}

function resultOf(block: unknown): ToolResult[] {
  const { type, tool_use_id: id, is_error: error } = asObject(block) ?? {};
  return type === "tool_result" && typeof id === "string" ? [{ id: asName(id), error: error === true }] : [];
}

const windows: Record<string, { name: string; windowMinutes: number }> = {
  five_hour: { name: "5h", windowMinutes: 300 },
  seven_day: { name: "weekly", windowMinutes: 10_080 },
  seven_day_opus: { name: "weekly opus", windowMinutes: 10_080 },
  seven_day_sonnet: { name: "weekly sonnet", windowMinutes: 10_080 },
};

/** A window by the name Claude gives it. */
export function claudeWindow(type: unknown): { name: string; windowMinutes: number } | undefined {
  return typeof type === "string" && Object.hasOwn(windows, type) ? windows[type] : undefined;
}

/** A row of a request that was refused for a limit names the limit. */
function limitOf(value: unknown): NonNullable<Row["limits"]> {
  const quota = asObject(value);
  const window = claudeWindow(quota?.["rateLimitType"]);
  const resets = quota?.["resetsAt"];
  if (!window || quota?.["status"] !== "rejected" || typeof resets !== "number") return [];
  return [{ ...window, usedPercent: 100, resetsMs: resets * 1_000 }];
}

let [lastCwd, lastFolder, lastProject] = ["", "", ""];

/** The folder a session was started in: a row's own, where the transcript's folder is named for it. */
function projectOf(value: unknown, folder: string): string {
  if (value === lastCwd && folder === lastFolder) return lastProject;
  const cwd = asName(value);
  lastProject = cwd && cwd.replace(/[^a-zA-Z0-9]/g, "-") === folder ? cwd : folder;
  [lastCwd, lastFolder] = [typeof value === "string" ? value : "", folder];
  return lastProject;
}
