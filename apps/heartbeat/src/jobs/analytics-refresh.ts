import { defineJob } from "../job.ts";

export default defineJob({
  name: "analytics-refresh",
  about: "Counts what Claude Code, Codex and OpenClaw wrote since the last time, so that questions are answered at once.",
  tier: "frequent",
  schedule: "every 15m",
  catchUp: "once",
  timeoutMs: 15 * 60_000,
  retries: 1,
  run: async ({ home, environment, signal }) => {
    const { closeAnalytics, loadConfig, openAnalytics } = await import("@paios/analytics-server");
    const { readSettings } = await loadConfig();
    const analytics = openAnalytics(home, environment, readSettings(home));
    try {
      const { files, changed, lines } = await analytics.refresher.refresh({ signal });
      return `${changed} of ${files} files had something new, ${lines} lines.`;
    } finally {
      await closeAnalytics(analytics);
    }
  },
});
