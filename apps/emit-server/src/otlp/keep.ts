import { cut, numberOf, type Plain } from "./attributes.ts";

const maxAttributes = 64;
const valueChars = 1_024;
const messageChars = 256;

/** Our name for an attribute, and what Claude Code and Codex call it in spans, logs and metrics; the first found counts. */
const renamed: readonly (readonly [string, readonly string[]])[] = [
  ["session.id", ["session.id"]],
  ["gen_ai.conversation.id", ["gen_ai.conversation.id", "conversation.id", "thread_id"]],
  ["paios.turn.id", ["prompt.id", "turn.id", "turn_id"]],
  ["gen_ai.tool.call.id", ["gen_ai.tool.call.id", "tool_use_id", "tool.call_id", "call_id"]],
  ["gen_ai.tool.name", ["gen_ai.tool.name", "tool.name", "tool_name", "tool"]],
  ["mcp.server.name", ["mcp.server.name", "anthropic.mcp.server.name", "mcp_server.name", "mcp_server", "server"]],
  ["gen_ai.request.model", ["gen_ai.request.model", "model"]],
  ["gen_ai.token.type", ["gen_ai.token.type", "token_type"]],
  ["http.response.status_code", ["http.response.status_code", "status_code"]],
];

/** The same for what must be a number. */
const renamedNumbers: readonly (readonly [string, readonly string[]])[] = [
  ["gen_ai.usage.input_tokens", ["gen_ai.usage.input_tokens", "input_tokens", "input_token_count", "codex.turn.token_usage.input_tokens"]],
  ["gen_ai.usage.output_tokens", ["gen_ai.usage.output_tokens", "output_tokens", "output_token_count", "codex.turn.token_usage.output_tokens"]],
  ["gen_ai.usage.cache_read.input_tokens", ["gen_ai.usage.cache_read.input_tokens", "cache_read_tokens", "cached_token_count", "codex.turn.token_usage.cached_input_tokens"]],
  ["gen_ai.usage.cache_creation.input_tokens", ["gen_ai.usage.cache_creation.input_tokens", "cache_creation_tokens", "cache_write_token_count", "codex.turn.token_usage.cache_write_input_tokens"]],
  ["gen_ai.usage.reasoning.output_tokens", ["reasoning_token_count", "codex.turn.token_usage.reasoning_output_tokens"]],
  ["paios.cost_usd", ["cost_usd"]],
  ["prompt_length", ["prompt_length", "user_prompt_length"]],
  ["ttft_ms", ["ttft_ms"]],
  ["attempt", ["attempt"]],
  ["tool_input_size_bytes", ["tool_input_size_bytes"]],
  ["tool_result_size_bytes", ["tool_result_size_bytes"]],
];

/** Kept under their own names. None of them can hold a prompt, an answer, or a tool's arguments or output. */
const asTheyAre: readonly string[] = [
  "app.version", "originator", "terminal.type", "effort", "speed", "query_source", "permission_mode", "approval_policy", "sandbox_policy",
  "decision", "source", "success", "request_id", "stop_reason", "event.kind", "error.type",
  "tool_source", "tool_namespace", "mcp_tool.name", "mcp_server_scope",
  "rpc.method", "mcp.transport", "http.method", "api.path", "wire_api", "transport", "type", "start_type", "language", "status",
];

/** What is kept of a Claude Code or Codex record: the attributes named here and nothing else. */
export function keepKnown(given: ReadonlyMap<string, Plain>): Map<string, Plain> {
  const kept = new Map<string, Plain>();
  const keep = (name: string, value: Plain | undefined) => {
    if (value !== undefined && value !== "") kept.set(name, cut(value, valueChars));
  };
  for (const [name, sources] of renamed) keep(name, firstOf(given, sources));
  for (const [name, sources] of renamedNumbers) keep(name, numberOf(firstOf(given, sources)));
  for (const name of asTheyAre) keep(name, given.get(name));
  const micros = numberOf(given.get("cost_usd_micros"));
  if (micros !== undefined && !kept.has("paios.cost_usd")) kept.set("paios.cost_usd", micros / 1e6);
  // Codex has the conversation here on some spans, and the number of an operating-system thread on the others.
  const thread = given.get("thread.id");
  if (typeof thread === "string" && thread.length === 36 && !kept.has("gen_ai.conversation.id")) kept.set("gen_ai.conversation.id", thread);
  return kept;
}

/** The provider's own words about a failed request; a tool's error is its output and not kept. */
export function failureMessage(given: ReadonlyMap<string, Plain>): Plain | undefined {
  const message = firstOf(given, ["error.message", "error"]);
  return message === undefined || message === "" ? undefined : cut(message, messageChars);
}

/** What is kept of anybody else's span: up to 64 attributes of 1 KB, without what a person or a model wrote. */
export function keepForeign(given: ReadonlyMap<string, Plain>): Map<string, Plain> {
  const kept = [...given].filter(([name, value]) => typeof value !== "string" || !isContent(name));
  return new Map(kept.slice(0, maxAttributes).map(([name, value]) => [name, cut(value, valueChars)]));
}

const contentWords = new Set([
  "prompt", "prompts", "completion", "completions", "message", "messages", "argument", "arguments", "args", "parameters", "input", "inputs", "output", "outputs",
  "body", "content", "contents", "text", "instruction", "instructions", "query", "statement", "response", "result", "results", "definitions", "stdin", "stdout", "stderr",
  "header", "headers", "authorization", "cookie", "password", "secret",
]);
const labels = new Set(["id", "name", "type", "model", "status", "code", "kind", "version", "method", "role", "reason", "reasons"]);

/** Whether text under this name may be content, as in gen_ai.input.messages, ai.prompt, db.query.text. */
function isContent(name: string): boolean {
  const words = name.toLowerCase().split(/[._-]/);
  return !labels.has(words.at(-1) ?? "") && words.some((word) => contentWords.has(word));
}

function firstOf(given: ReadonlyMap<string, Plain>, names: readonly string[]): Plain | undefined {
  return names.map((name) => given.get(name)).find((value) => value !== undefined && value !== "");
}
