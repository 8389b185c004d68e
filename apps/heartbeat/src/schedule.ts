import { Cron } from "croner";
import { UserError } from "@paios/shared/errors";
import { instantOf, offsetAt } from "./zone.ts";

/** When a job is due. Slots are epoch ms. */
export interface Schedule {
  text: string;
  timezone: string;
  /** The distance of an interval; undefined for times of a calendar. */
  everyMs: number | undefined;
  /** The first slot after an instant; undefined when none ever comes. */
  next: (after: number) => number | undefined;
}

const units: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const maxIntervalMs = 366 * 86_400_000;
const maxTextChars = 200;
/** An hour that comes twice is never further back than this. */
const foldMs = 3 * hourMs;
const knownSchedules = 2_000;
const known = new Map<string, Schedule>();

/**
 * "every 15m", "at 2026-12-24T18:00:00Z", or five fields of cron in a time zone. A time that the clock jumps over comes
 * once, at the jump; one that the clock shows twice comes once, the first time; what runs each hour ("*") goes by the
 * hours that really pass. Throws `UserError("bad_input")` for what is no schedule, never fires, or a zone nobody knows.
 */
export function parseSchedule(text: string, timezone: string, now: number): Schedule {
  const name = `${timezone} ${text}`;
  let schedule = known.get(name);
  if (schedule) return schedule;
  schedule = parse(text, timezone, now);
  if (known.size >= knownSchedules) known.clear();
  known.set(name, schedule);
  return schedule;
}

function parse(text: string, timezone: string, now: number): Schedule {
  if (text.length > maxTextChars) throw notASchedule();
  knownZone(timezone, now);
  const schedule = { text, timezone, ...(interval(text) ?? moment(text) ?? calendar(text, timezone)) };
  if (schedule.next(now) === undefined && !text.startsWith("at ")) throw new UserError("bad_input", `The schedule "${text}" never fires. Correct it; \`0 3 * * *\` is each day at three.`);
  return schedule;
}

type Rule = Pick<Schedule, "everyMs" | "next">;

function interval(text: string): Rule | undefined {
  const [, amount, unit = ""] = /^every (\d{1,6})([smhd])$/.exec(text) ?? [];
  if (amount === undefined) return undefined;
  const everyMs = Number(amount) * (units[unit] ?? 0);
  if (everyMs < 1_000 || everyMs > maxIntervalMs) throw new UserError("bad_input", `"${text}" is not between every 1s and every 366d.`);
  return { everyMs, next: (after) => (Math.floor(after / everyMs) + 1) * everyMs };
}

function moment(text: string): Rule | undefined {
  const [, iso] = /^at (\d{4}-\d\d-\d\dT\S{5,30})$/.exec(text) ?? [];
  if (iso === undefined) return undefined;
  const at = Date.parse(iso);
  if (Number.isNaN(at) || !/(?:Z|[+-]\d\d:?\d\d)$/.test(iso)) throw new UserError("bad_input", "The time is not understood. Write it with its offset: at 2026-12-24T18:00:00Z.");
  return { everyMs: undefined, next: (after) => (after < at ? at : undefined) };
}

function calendar(text: string, timezone: string): Rule {
  const hours = text.trim().split(/\s+/);
  if (hours.length !== 5) throw notASchedule();
  const passing = hours[1] === "*";
  let cron: Cron;
  try {
    cron = new Cron(text, { paused: true, mode: "5-part", timezone: passing ? timezone : "UTC" });
  } catch (error) {
    throw notASchedule(error);
  }
  const following = (at: number) => cron.nextRun(new Date(at))?.getTime();
  return { everyMs: undefined, next: passing ? following : (after) => nextByTheClock(following, timezone, after) };
}

/** croner counts in a clock without a zone; which instant that is, is decided here: it skips or doubles lists otherwise. */
function nextByTheClock(following: (local: number) => number | undefined, timezone: string, after: number): number | undefined {
  const offset = offsetAt(timezone, after);
  const changed = offsetAt(timezone, after - foldMs) !== offset;
  let local: number | undefined = after + offset - (changed ? foldMs : 0);
  for (local = following(local); local !== undefined; local = following(local)) {
    const instant = instantOf(timezone, local);
    if (instant > after) return instant;
  }
  return undefined;
}

function knownZone(timezone: string, now: number): void {
  try {
    offsetAt(timezone, now);
  } catch (error) {
    throw new UserError("bad_input", "The time zone is not known. Write it as Europe/Vienna or UTC.", { cause: error });
  }
}

function notASchedule(cause?: unknown): UserError {
  return new UserError("bad_input", 'The schedule is not understood. Write "every 15m", "at 2026-12-24T18:00:00Z", or five fields of cron such as "0 3 * * *".', { cause });
}
