import * as z from "zod";
import type { Tool, ToolListing } from "./tool.ts";

/** Bounds that the server checks and names anyway; every client's context pays for what stands in the list. */
const unlisted = new Set(["$schema", "additionalProperties", "minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum"]);

/** The `tools/list` entry of a tool. Output schemas are left out: they would double the list's size. */
export function listing(tool: Tool<never>): ToolListing {
  const schema = JSON.parse(JSON.stringify(z.toJSONSchema(tool.input, { io: "input" }), (key, value: unknown) => (unlisted.has(key) ? undefined : value))) as object;
  return {
    name: tool.name,
    description: tool.description,
    inputSchema: { ...schema, type: "object" },
    annotations: annotations(tool),
    ...((tool.alwaysLoad || tool.searchHint) && { _meta: meta(tool) }),
  };
}

/** Of a tool that only reads MCP asks nothing more than whether it reaches outside. */
function annotations({ hints: { readOnly, destructive, idempotent, openWorld } }: Tool<never>): ToolListing["annotations"] {
  return { readOnlyHint: readOnly, ...(!readOnly && { destructiveHint: destructive, idempotentHint: idempotent }), openWorldHint: openWorld };
}

function meta({ alwaysLoad, searchHint }: Tool<never>): NonNullable<ToolListing["_meta"]> {
  return { ...(alwaysLoad && { "anthropic/alwaysLoad": true as const }), ...(searchHint && { "anthropic/searchHint": searchHint }) };
}
