import { defineServer } from "@paios/shared/tool";
import { findOverride } from "./classify/override.ts";
import { closeRouter, openRouter, type Router } from "./router.ts";
import routerAsk from "./tools/router_ask.ts";
import routerBrains from "./tools/router_brains.ts";
import routerClassify from "./tools/router_classify.ts";
import routerHistory from "./tools/router_history.ts";
import routerResult from "./tools/router_result.ts";
import routerReview from "./tools/router_review.ts";
import routerScore from "./tools/router_score.ts";
import routerStats from "./tools/router_stats.ts";
import routerWeights from "./tools/router_weights.ts";

// The patterns of the languages are put together at the first name: here, before somebody waits for it.
setImmediate(() => findOverride("ask claude"));

export { backend } from "@paios/shared/backend";

export default defineServer<Router>({
  database: "router.sqlite",
  tools: [routerClassify, routerAsk, routerResult, routerBrains, routerReview, routerHistory, routerStats, routerScore, routerWeights],
  open: (home, host) => {
    const router = openRouter(home, host);
    for (const problem of router.problems) process.stderr.write(`router: ${problem}\n`);
    return router;
  },
  close: closeRouter,
});
