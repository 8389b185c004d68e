import type { ServerFront } from "@paios/shared/serve";
import manifest from "../package.json" with { type: "json" };
import tools from "../tools.json" with { type: "json" };

/** What this server is, before anything of it is loaded. */
export const front: ServerFront = {
  name: "analytics",
  title: "PAIOS analytics",
  version: manifest.version,
  instructions:
    "What Claude Code, Codex and OpenClaw used on this machine: tokens, cost, sessions, tool calls, and how much of each usage limit is left. Use it for questions about spending, usage, quota, rate limits and when they reset.",
  tools: tools as never,
  load: () => import("./server.ts"),
};
