import { isBody, objects, type Body, type ToolResult, type Turn } from "./model-protocol.ts";

/**
 * OpenAI's Responses API, as Codex speaks it: an MCP tool is a function in the namespace `mcp__<server>`. For a model
 * it does not know Codex lists the tools; for its own it defers them, and lists its others as an input item.
 * Its memories are put together by requests of their own, beside the conversation.
 */
export function isConversation(body: Body): boolean {
  const metadata = isBody(body["client_metadata"]) ? body["client_metadata"] : {};
  return toolList(body).length > 0 && metadata["x-openai-subagent"] !== "memory_consolidation";
}

export function stream(turn: Turn, id: number, body: Body): object[] {
  const item = outputItem(turn, id);
  const response = { ...envelope(id, body), output: [item] };
  return [
    { type: "response.created", response: { ...response, status: "in_progress", output: [] } },
    { type: "response.output_item.added", output_index: 0, item },
    { type: "response.output_item.done", output_index: 0, item },
    { type: "response.completed", response },
  ];
}

export function whole(turn: Turn, id: number, body: Body): object {
  return { ...envelope(id, body), output: [outputItem(turn, id)] };
}

/** Codex names only the namespaces of deferred tools, in a developer message. */
export function offers(body: Body, server: string, tool: string): "listed" | "deferred" | undefined {
  const namespaces = toolList(body).filter((entry) => entry["name"] === namespace(server));
  if (namespaces.some((entry) => objects(entry["tools"]).some(({ name }) => name === tool))) return "listed";
  const texts = objects(body["input"]).flatMap((item) => objects(item["content"]).map((part) => String(part["text"])));
  return texts.some((text) => text.includes(`\n- ${namespace(server)}:`)) ? "deferred" : undefined;
}

export function results(body: Body): ToolResult[] {
  return objects(body["input"]).flatMap((item) => {
    if (item["type"] === "tool_search_output") return [{ text: JSON.stringify(item["tools"]), images: 0 }];
    return item["type"] === "function_call_output" ? [functionOutput(item["output"])] : [];
  });
}

function functionOutput(output: unknown): ToolResult {
  if (typeof output === "string") return { text: output, images: 0 };
  const parts = objects(output);
  return {
    text: parts.map((part) => (typeof part["text"] === "string" ? part["text"] : "")).join(""),
    images: parts.filter((part) => part["type"] === "input_image").length,
  };
}

function toolList(body: Body): Body[] {
  const inInput = objects(body["input"]).filter((item) => item["type"] === "additional_tools");
  return [...objects(body["tools"]), ...inInput.flatMap((item) => objects(item["tools"]))];
}

function outputItem(turn: Turn, id: number): object {
  if ("text" in turn) {
    const content = [{ type: "output_text", text: turn.text, annotations: [] }];
    return { type: "message", id: `msg_${id}`, role: "assistant", status: "completed", content };
  }
  if ("search" in turn) {
    const search = { query: turn.search, limit: 8 };
    return { type: "tool_search_call", id: `ts_${id}`, call_id: `call_${id}`, execution: "client", status: "completed", arguments: search };
  }
  if ("own" in turn) return { type: "function_call", id: `fc_${id}`, call_id: `call_${id}`, name: turn.own.name, arguments: JSON.stringify(turn.own.input) };
  const { server, name, input } = turn.tool;
  return { type: "function_call", id: `fc_${id}`, call_id: `call_${id}`, namespace: namespace(server), name, arguments: JSON.stringify(input) };
}

function namespace(server: string): string {
  return `mcp__${server}`;
}

function envelope(id: number, body: Body): object {
  const usage = { input_tokens: 10, input_tokens_details: null, output_tokens: 5, output_tokens_details: null, total_tokens: 15 };
  return { id: `resp_${id}`, object: "response", status: "completed", model: body["model"], usage };
}
