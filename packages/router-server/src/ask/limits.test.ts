import { closeAnalytics, openAnalytics, quotaWindows } from "@paios/analytics-server";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { expect, it, vi } from "vitest";
import { noteLimits } from "./limits.ts";

const now = Date.UTC(2026, 10, 21, 17);

it("LOG-08 what Claude says of its limits during a run is known to analytics; what is no limits harms nothing", async () => {
  using home = temporaryFolder();
  noteLimits(home.path, { type: "rate_limit_event", rate_limit_info: "many" }, now);
  noteLimits(home.path, { type: "rate_limit_event", rate_limit_info: { unifiedWindows: { five_hour: { utilization: 0.42, resetsAt: now / 1_000 + 3_600 } } } }, now);
  await vi.waitFor(async () => {
    const analytics = openAnalytics(home.path, { HOME: home.path });
    try {
      expect(quotaWindows(analytics.database, now + 1).windows).toMatchObject([{ client: "claude", name: "5h", usedPercent: 42, basis: "reported" }, { name: "weekly", basis: "inferred" }]);
    } finally {
      await closeAnalytics(analytics);
    }
  }, 5_000);
  noteLimits("/dev/null/nowhere", { rate_limit_info: {} }, now);
});
