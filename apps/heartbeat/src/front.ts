import type { ServerFront } from "@paios/shared/serve";
import manifest from "../package.json" with { type: "json" };
import tools from "../tools.json" with { type: "json" };

/** What this server is, before anything of it is loaded. */
export const front: ServerFront = {
  name: "heartbeat",
  title: "PAIOS heartbeat",
  version: manifest.version,
  instructions:
    "Scheduled jobs of this machine: when they run next, how they ended, running one now, pausing, and reminders or questions to the person at a later time. Use it to see why something did not happen, or to come back to the person later.",
  tools: tools as never,
  load: () => import("./server.ts"),
};
