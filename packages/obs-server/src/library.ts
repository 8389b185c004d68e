/** What observability offers to other programs in their process: emit-server, the CLI and jobs. */
export { type Alert, openAlerts } from "./alerts/alert.ts";
export { checkConfigAtLoad } from "./alerts/config-at-load.ts";
export { evaluateAlerts } from "./alerts/evaluate.ts";
export { obsConfig } from "./config.ts";
export { emitAddress } from "./health/emit-server.ts";
export { type HealthReport, healthReport } from "./health/report.ts";
export { runChecks } from "./health/run.ts";
export { closeObs, freshen, type Obs, openObs } from "./obs.ts";
export { deliverOutbox } from "./outbox/deliver.ts";
export { outboxWaiting, post } from "./outbox/post.ts";
export { finishWaiting, progressed, startWaiting } from "./outbox/waiting.ts";
export { appendIntake, drain } from "./store/drain.ts";
export { migrations } from "./store/schema.ts";
export { counters } from "./store/kinds.ts";
export { prune } from "./store/prune.ts";
export { fillText } from "./store/text.ts";
export { front } from "./front.ts";
export { default as server } from "./server.ts";
