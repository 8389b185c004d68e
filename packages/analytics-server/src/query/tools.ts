import { type Database, sql } from "@paios/shared/sqlite";
import type { UsageFilter } from "./usage.ts";

export interface ToolUsage {
  tool: string;
  mcpServer: string;
  calls: number;
  errors: number;
  meanMs: number;
  longestMs: number;
}

/** How often each tool was called, how often it failed and how long it took, the most used first. */
export function toolUsage(database: Database, { from, to, client, mcpServer }: UsageFilter & { mcpServer?: string | undefined }): ToolUsage[] {
  return sql<ToolUsage>(
    database,
    `SELECT tool.name AS tool, tool.mcp_server AS mcpServer, sum(calls) AS calls, sum(errors) AS errors,
       round(coalesce(sum(duration_ms) / nullif(sum(ended), 0), 0)) AS meanMs, round(max(longest_ms)) AS longestMs
     FROM tool_use JOIN tool ON tool.id = tool_use.tool JOIN session ON session.id = tool_use.session
     WHERE slot >= ? AND slot < ? AND (? IS NULL OR client = ?) AND (? IS NULL OR tool.mcp_server = ?)
     GROUP BY tool.id ORDER BY calls DESC, tool.name`,
  ).all(from ?? 0, to ?? Number.MAX_SAFE_INTEGER, client ?? null, client ?? null, mcpServer ?? null, mcpServer ?? null);
}
