import { isBody, objects, type Body, type ToolResult, type Turn } from "./model-protocol.ts";

/** Anthropic's Messages API, as Claude Code speaks it. Source: docs of the Messages API and of its streaming events. */
export function isConversation(body: Body): boolean {
  return objects(body["tools"]).length > 0;
}

export function stream(turn: Turn, id: number, body: Body): object[] {
  const block = contentBlock(turn, id);
  const empty = block.type === "text" ? { ...block, text: "" } : { ...block, input: {} };
  const delta = block.type === "text" ? { type: "text_delta", text: block.text } : { type: "input_json_delta", partial_json: JSON.stringify(block.input) };
  return [
    { type: "message_start", message: { ...message(id, body), content: [], stop_reason: null } },
    { type: "content_block_start", index: 0, content_block: empty },
    { type: "content_block_delta", index: 0, delta },
    { type: "content_block_stop", index: 0 },
    { type: "message_delta", delta: { stop_reason: stopReason(turn), stop_sequence: null }, usage: { output_tokens: 5 } },
    { type: "message_stop" },
  ];
}

export function whole(turn: Turn, id: number, body: Body): object {
  return { ...message(id, body), content: [contentBlock(turn, id)], stop_reason: stopReason(turn) };
}

/** Claude names deferred tools in a message, one a line, and lists `ToolSearch`. */
export function offers(body: Body, server: string, tool: string): "listed" | "deferred" | undefined {
  const name = toolName(server, tool);
  if (objects(body["tools"]).some((entry) => entry["name"] === name)) return "listed";
  return texts(body["messages"]).some((text) => text.split("\n").includes(name)) ? "deferred" : undefined;
}

export function results(body: Body): ToolResult[] {
  const blocks = objects(body["messages"]).flatMap((message) => objects(message["content"]));
  return blocks
    .filter((block) => block["type"] === "tool_result")
    .map(({ content }) => {
      if (typeof content === "string") return { text: content, images: 0 };
      const parts = objects(content);
      return {
        // A tool search answers with references to tools.
        text: parts.map((part) => (typeof part["tool_name"] === "string" ? `${part["tool_name"]}\n` : typeof part["text"] === "string" ? part["text"] : "")).join(""),
        images: parts.filter((part) => part["type"] === "image").length,
      };
    });
}

type Block = { type: "text"; text: string } | { type: "tool_use"; id: string; name: string; input: Body };

function contentBlock(turn: Turn, id: number): Block {
  if ("text" in turn) return { type: "text", text: turn.text };
  if ("search" in turn) return { type: "tool_use", id: `toolu_${id}`, name: "ToolSearch", input: { query: turn.search } };
  if ("own" in turn) return { type: "tool_use", id: `toolu_${id}`, name: turn.own.name, input: turn.own.input };
  return { type: "tool_use", id: `toolu_${id}`, name: toolName(turn.tool.server, turn.tool.name), input: turn.tool.input };
}

function toolName(server: string, tool: string): string {
  return `mcp__${server}__${tool}`;
}

function stopReason(turn: Turn): string {
  return "text" in turn ? "end_turn" : "tool_use";
}

function message(id: number, body: Body): object {
  const usage = { input_tokens: 10, output_tokens: 5, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };
  return { id: `msg_${id}`, type: "message", role: "assistant", model: body["model"], stop_sequence: null, usage };
}

function texts(messages: unknown): string[] {
  return objects(messages).flatMap(({ content }) => {
    if (typeof content === "string") return [content];
    return Array.isArray(content) ? content.map((part: unknown) => (isBody(part) && typeof part["text"] === "string" ? part["text"] : "")) : [];
  });
}
