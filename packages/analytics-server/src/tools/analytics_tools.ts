import { type Context, defineTool } from "@paios/shared/tool";
import * as z from "zod";
import type { Analytics } from "../analytics.ts";
import { shownName } from "../present.ts";
import { calendarOf } from "../zone.ts";
import { periodOf } from "../query/period.ts";
import { toolUsage } from "../query/tools.ts";
import { freshen, limits, period, reads } from "./shared.ts";

const maxTools = 200;

export default defineTool({
  name: "analytics_tools",
  description: "Count calls, errors and durations of each tool and MCP server in the sessions.",
  input: z.strictObject({ ...period, mcpServer: z.string().max(200).optional() }),
  output: z.object({ tools: z.array(z.object({ tool: z.string(), mcpServer: z.string().optional(), calls: z.int(), errors: z.int(), meanMs: z.number(), longestMs: z.number() })) }),
  hints: reads,
  limits,
  run: async ({ mcpServer, ...rest }, context: Context<Analytics>) => {
    const { state, now } = context;
    await freshen(context);
    const found = toolUsage(state.database, { ...periodOf(rest, calendarOf(state, undefined), now()), client: rest.client, mcpServer });
    return { tools: found.slice(0, maxTools).map(({ tool, mcpServer: server, ...numbers }) => ({ tool: shownName(tool), ...(server && { mcpServer: shownName(server) }), ...numbers })) };
  },
});
