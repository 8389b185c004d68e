import type { ToolUse } from "./input.ts";
import { object, type Raw, string } from "./raw.ts";

/** Claude's tools answer with an object of their own each, or with text; a failed one has `error` instead. */
export function claudeTool(raw: Raw): ToolUse {
  const response = raw["tool_response"];
  const answer = object(response);
  return {
    name: string(raw["tool_name"]),
    id: string(raw["tool_use_id"]),
    input: object(raw["tool_input"]),
    output: string(raw["error"]) || textOf(response),
    failed: typeof raw["error"] === "string" || (typeof answer["code"] === "number" && answer["code"] >= 400),
    interrupted: raw["is_interrupt"] === true || answer["interrupted"] === true,
    url: string(answer["url"]),
  };
}

function textOf(response: unknown): string {
  if (typeof response === "string") return response;
  if (Array.isArray(response)) return response.map((part) => (typeof part === "string" ? part : string(object(part)["text"]))).filter(Boolean).join("\n");
  const { stdout, stderr, result, results, content, structuredContent } = object(response);
  if (typeof stdout === "string") return [stdout, string(stderr)].filter(Boolean).join("\n");
  if (typeof result === "string") return result;
  if (structuredContent !== undefined) return JSON.stringify(structuredContent);
  if (content !== undefined) return textOf(content);
  return results === undefined ? "" : searchResults(results);
}

/** Titles and addresses, and what was said about them. */
function searchResults(results: unknown): string {
  if (!Array.isArray(results)) return "";
  return results.map((each) => (typeof each === "string" ? each : searchResults(object(each)["content"]) || [string(object(each)["title"]), string(object(each)["url"])].filter(Boolean).join(" "))).filter(Boolean).join("\n");
}
