/** What the router offers to other programs in their process: the CLI, hooks and jobs. */
export { enginesConfig } from "@paios/brains";
export { askConfig } from "./ask/config.ts";
export { classify, type Classification } from "./classify/classify.ts";
export { shippedWeights } from "./classify/shipped.ts";
export { routerConfig } from "./config.ts";
export { fit } from "./learn/fit.ts";
export { closeRouter, openRouter, type Router } from "./router.ts";
export { migrations } from "./store/schema.ts";
export { default as server } from "./server.ts";
