#!/usr/bin/env node
import { serve } from "@paios/shared/serve";
import manifest from "../package.json" with { type: "json" };
import tools from "../tools.json" with { type: "json" };

serve({
  name: "router",
  title: "PAIOS router",
  version: manifest.version,
  instructions: "Which brain should do a task (Codex, Claude, Gemini, the Gateway), decided in under a millisecond without a model, and ratings that the router learns from.",
  tools: tools as never,
  load: () => import("./server.ts"),
});
