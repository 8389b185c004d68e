import * as z from "zod";
import type { Tool, ToolListing } from "./tool.ts";

/** The `tools/list` entry of a tool. Output schemas are left out: they would double the list's size. */
export function listing(tool: Tool<never>): ToolListing {
  const { $schema: _, additionalProperties: __, ...schema } = z.toJSONSchema(tool.input, { io: "input" });
  return {
    name: tool.name,
    title: tool.title,
    description: tool.description,
    inputSchema: { ...schema, type: "object" },
    annotations: {
      readOnlyHint: tool.hints.readOnly,
      destructiveHint: tool.hints.destructive,
      idempotentHint: tool.hints.idempotent,
      openWorldHint: tool.hints.openWorld,
    },
  };
}
