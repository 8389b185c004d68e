import { existsSync } from "node:fs";
import { join } from "node:path";
import { sql } from "@paios/shared/sqlite";
import { defineJob } from "../job.ts";

const dayMs = 86_400_000;
const shownLines = 20;

export default defineJob({
  name: "daily-health-report",
  about: "One message a day: what is not well, and what failed since yesterday.",
  tier: "daily",
  schedule: "0 8 * * *",
  catchUp: "once",
  timeoutMs: 120_000,
  retries: 3,
  run: async ({ home, environment, key, signal, now }) => {
    const { closeObs, deliverOutbox, drain, healthReport, openAlerts, openObs, outboxWaiting, post, runChecks } = await import("@paios/obs-server");
    const obs = openObs(home);
    try {
      drain(obs, 1_000);
      await runChecks(obs, { environment, signal, now: now() });
      signal.throwIfAborted();
      const { status, checks } = healthReport(obs, now());
      const bad = checks.filter((check) => check.status === "warn" || check.status === "fail");
      const firing = openAlerts(obs).filter(({ state }) => state === "firing");
      const failed = await failedSince(home, now() - dayMs);
      const lines = [
        ...bad.map(({ name, detail }) => `${name}: ${detail}`),
        ...failed.map(({ name, note }) => `Job ${name} failed: ${note}`),
        ...(firing.length > 0 ? [`${firing.length} alerts are open; \`ai alerts\` shows them.`] : []),
      ];
      const words = { ok: "all is well", degraded: "not everything is well", fail: "something fails", unknown: "nothing is known" };
      const waiting = outboxWaiting(obs);
      const body = [...lines.slice(0, shownLines), ...(lines.length > shownLines ? [`… and ${lines.length - shownLines} more`] : []), `${checks.length} checks, ${waiting} messages waited.`].join("\n");
      const severity = status === "fail" || failed.length > 0 ? "warning" : "info";
      // Under its key, so that a run that was cut does not say it twice.
      post(obs, { thread: `heartbeat:${key}`, title: `PAIOS today: ${words[status]}`, body, severity, once: true }, now());
      await deliverOutbox(obs, { now: now(), signal });
      return `Reported: ${words[status]}.`;
    } finally {
      closeObs(obs);
    }
  },
});

async function failedSince(home: string, since: number): Promise<{ name: string; note: string }[]> {
  if (!existsSync(join(home, "heartbeat.sqlite"))) return [];
  const { closeHeartbeat, openHeartbeat } = await import("../heartbeat.ts");
  const heartbeat = openHeartbeat(home);
  try {
    return sql<{ name: string; note: string }>(heartbeat.database, "SELECT name, last_note AS note FROM job WHERE last_state = 'failed' AND last_at >= ? ORDER BY name").all(since);
  } finally {
    closeHeartbeat(heartbeat);
  }
}
