import { UserError } from "@paios/shared/errors";
import { sql } from "@paios/shared/sqlite";
import type { Heartbeat } from "./heartbeat.ts";
import { isJobName } from "./job.ts";
import { parseSchedule, type Schedule } from "./schedule.ts";
import { ours } from "./store/rows.ts";

export interface Added {
  name: string;
  nextAt: string;
  expires: string;
}

export interface AddRequest {
  name: string;
  schedule: string;
  timezone?: string | undefined;
  message: string;
  days?: number | undefined;
  owner: string;
}

const dayMs = 86_400_000;
const defaultDays = 7;
const closestMs = 15 * 60_000;
const lookedAt = 100;

/** A message on a schedule, for whoever asked; so many an owner, and each comes to an end. */
export function addJob({ database, config }: Heartbeat, request: AddRequest, now: number): Added {
  const { name, message, days = defaultDays } = request;
  const owner = request.owner === ours ? `${ours} (client)` : request.owner;
  const { perOwner, total, maxDays } = config.agentJobs;
  if (!isJobName(name)) throw new UserError("bad_input", "A name has 2 to 40 small letters, digits and hyphens and begins with a letter.");
  if (days > maxDays) throw new UserError("bad_input", `An added job lasts at most ${maxDays} days.`);
  const timezone = request.timezone ?? config.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const schedule = parseSchedule(request.schedule, timezone, now);
  const first = schedule.next(now);
  const expires = now + days * dayMs;
  if (first === undefined || first > expires) throw new UserError("bad_input", `It would not fire within its ${days} days. Choose an earlier time or more days.`);
  if (closest(schedule, first) < closestMs) throw new UserError("bad_input", `A message comes at most every ${closestMs / 60_000} minutes.`);
  return database
    .transaction(() => {
      if (sql(database, "SELECT 1 FROM job WHERE name = ?").get(name) !== undefined) throw new UserError("refused", "There is a job of that name already. Choose another name.");
      const count = (text: string, ...values: string[]) => sql<number>(database, text).pluck().get(...values) ?? 0;
      if (count("SELECT count(*) FROM job WHERE owner = ? AND message IS NOT NULL", owner) >= perOwner) throw new UserError("refused", `You have ${perOwner} jobs already, as many as one may have. They end by themselves; heartbeat_pause does not free a place.`);
      if (count("SELECT count(*) FROM job WHERE message IS NOT NULL") >= total) throw new UserError("refused", `There are ${total} added jobs already, as many as may be.`);
      sql(
        database,
        "INSERT INTO job(name, owner, tier, schedule, timezone, catch_up, every_ms, next_at, message, created_ms, expires_ms) VALUES (?, ?, 'frequent', ?, ?, 'once', ?, ?, ?, ?, ?)",
      ).run(name, owner, schedule.text, timezone, schedule.everyMs ?? null, first, message, now, Math.round(expires));
      return { name, nextAt: new Date(first).toISOString(), expires: new Date(expires).toISOString() };
    })
    .immediate();
}

/** The shortest time between two of the next slots. */
function closest(schedule: Schedule, first: number): number {
  let shortest = Infinity;
  let before = first;
  for (let n = 0; n < lookedAt; n++) {
    const slot = schedule.next(before);
    if (slot === undefined) break;
    shortest = Math.min(shortest, slot - before);
    before = slot;
  }
  return shortest;
}

/** Stops a job until it is resumed; what runs goes on. Resuming looks ahead: nothing of the pause is made up for. */
export function pauseJob({ database }: Heartbeat, name: string, { paused, reason }: { paused: boolean; reason: string }, now: number): boolean {
  return database
    .transaction(() => {
      const job = sql<{ id: number; enabled: number; schedule: string; timezone: string; next_at: number | null }>(database, "SELECT id, enabled, schedule, timezone, next_at FROM job WHERE name = ?").get(name);
      if (!job) return false;
      const passed = !paused && job.enabled === 0 && job.next_at !== null && job.next_at <= now;
      const next = passed ? (parseSchedule(job.schedule, job.timezone, now).next(now) ?? null) : job.next_at;
      sql(database, "UPDATE job SET enabled = ?, paused_reason = ?, next_at = ? WHERE id = ?").run(paused ? 0 : 1, paused ? reason : "", next, job.id);
      return true;
    })
    .immediate();
}
