import { defineServer } from "@paios/shared/tool";
import { type Analytics, closeAnalytics, openAnalytics } from "./analytics.ts";
import { readSettings } from "./config.ts";
import analyticsCost from "./tools/analytics_cost.ts";
import analyticsQuota from "./tools/analytics_quota.ts";
import analyticsSessions from "./tools/analytics_sessions.ts";
import analyticsStores from "./tools/analytics_stores.ts";
import analyticsTools from "./tools/analytics_tools.ts";
import analyticsUsage from "./tools/analytics_usage.ts";

export { backend } from "@paios/shared/backend";

export default defineServer<Analytics>({
  database: "analytics.sqlite",
  tools: [analyticsUsage, analyticsSessions, analyticsTools, analyticsQuota, analyticsCost, analyticsStores],
  open: (home, { environment }) => {
    const analytics = openAnalytics(home, environment, readSettings(home));
    for (const problem of analytics.problems) process.stderr.write(`analytics: ${problem}\n`);
    return analytics;
  },
  close: closeAnalytics,
});
