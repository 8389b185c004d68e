/** What analytics offers to other programs in their process: the CLI, hooks and jobs. Loads no schemas until settings are read. */
export { type Analytics, closeAnalytics, openAnalytics } from "./analytics.ts";
export { type Settings, unset } from "./settings.ts";
export { migrations } from "./store/schema.ts";
export { calendarOf } from "./zone.ts";
export { costReport, type CostReport } from "./query/costs.ts";
export type { LimitReport } from "./index/row.ts";
export { periodOf } from "./query/period.ts";
export { recentSessions, type SessionUsage } from "./query/sessions.ts";
export { type Skipped, skippedParts, type Store, storeSizes } from "./query/stores.ts";
export { toolUsage, type ToolUsage } from "./query/tools.ts";
export type { UsageSums } from "./query/sums.ts";
export { type Grouping, usageBy } from "./query/usage.ts";
export { recordClaudeLimits } from "./quota/record.ts";
export { quotaWindows, type Window } from "./quota/windows.ts";
export { front } from "./front.ts";
/** Behind a function each: they load what a question does not need. */
export const loadRefreshPrices = () => import("./price/refresh.ts");
export const loadServer = () => import("./server.ts");
export const loadConfig = () => import("./config.ts");
