import type { ToolUse } from "./input.ts";
import { object, type Raw, string } from "./raw.ts";

/** Codex gives a command's output as text, without its exit code, an MCP tool's answer as `{content, structuredContent}`. */
export function codexTool(raw: Raw): ToolUse {
  const response = raw["tool_response"];
  const { content, structuredContent, isError } = object(response);
  const text = structuredContent === undefined || structuredContent === null ? textOf(content) : JSON.stringify(structuredContent);
  return {
    name: string(raw["tool_name"]),
    id: string(raw["tool_use_id"]),
    input: object(raw["tool_input"]),
    output: typeof response === "string" ? response : text,
    failed: typeof response === "string" ? undefined : isError === true,
    interrupted: false,
    url: "",
  };
}

function textOf(content: unknown): string {
  return Array.isArray(content) ? content.map((part) => string(object(part)["text"])).filter(Boolean).join("\n") : "";
}
