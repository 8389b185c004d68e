/** What observability offers to other programs in their process: emit-server, the CLI and jobs. */
export { closeObs, freshen, type Obs, openObs } from "./obs.ts";
export { appendIntake, drain } from "./store/drain.ts";
export { counters } from "./store/kinds.ts";
export { prune } from "./store/prune.ts";
export { fillText } from "./store/text.ts";
export { default as server } from "./server.ts";
