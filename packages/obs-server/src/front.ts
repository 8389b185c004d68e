import type { ServerFront } from "@paios/shared/serve";
import manifest from "../package.json" with { type: "json" };
import tools from "../tools.json" with { type: "json" };

/** What this server is, before anything of it is loaded. */
export const front: ServerFront = {
  name: "obs",
  title: "PAIOS observability",
  version: manifest.version,
  instructions:
    "What PAIOS did and how well: every tool call and database operation as a trace, scores people gave, health of services, databases and credentials, alerts. Use it to find out why something failed or was slow, to score an answer, or to see what needs attention.",
  tools: tools as never,
  load: () => import("./server.ts"),
};
