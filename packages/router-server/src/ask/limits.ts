/** Leaves what Claude said of its limits to analytics, which tells when they run out. A run does not wait for it, nor fail by it. */
export function noteLimits(home: string, said: object, nowMs: number): void {
  void import("@paios/analytics-server")
    .then(async ({ closeAnalytics, openAnalytics, recordClaudeLimits }) => {
      const analytics = openAnalytics(home, {});
      try {
        recordClaudeLimits(analytics.database, said, nowMs);
      } finally {
        await closeAnalytics(analytics);
      }
    })
    .catch(() => {});
}
