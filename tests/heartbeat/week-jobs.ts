import { type Job, tiers } from "../../apps/heartbeat/src/job.ts";

const zones = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"];
const schedules = ["every 10m", "every 15m", "every 45m", "every 2h", "every 1d", "*/15 * * * *", "0 * * * *", "30 2 * * *", "0,30 1-3 * * *", "15 9 * * 1-5", "0 */4 * * *", "5 0 * * 0", "45 23 * * *", "10,40 8-18/2 * * *"];

/** A hundred jobs as a household of agents might have: intervals and times of a calendar, in five zones. */
export function weekJobs(count = 100): Job[] {
  return Array.from({ length: count }, (_, n) => ({
    name: `job-${n}`,
    about: "Notes that it ran.",
    tier: tiers[n % tiers.length] ?? "daily",
    schedule: schedules[n % schedules.length] ?? "every 1h",
    timezone: zones[Math.floor(n / schedules.length) % zones.length] ?? "UTC",
    catchUp: "all<=200",
    timeoutMs: 3_600_000,
    retries: 0,
    run: () => "",
  }));
}
