import type { JobTable } from "../registry.ts";

/** Every job that comes with PAIOS, a file each. A new one is a file and a line here. */
export const jobTable: JobTable = {
  alerts: () => import("./alerts.ts"),
  "analytics-refresh": () => import("./analytics-refresh.ts"),
  "credential-expiry": () => import("./credential-expiry.ts"),
  "daily-health-report": () => import("./daily-health-report.ts"),
  "database-maintenance": () => import("./database-maintenance.ts"),
  "kb-inbox": () => import("./kb-inbox.ts"),
  "kb-embed": () => import("./kb-embed.ts"),
  "obs-retention": () => import("./obs-retention.ts"),
  "session-store-prune": () => import("./session-store-prune.ts"),
};
