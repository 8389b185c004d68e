import { UserError } from "@paios/shared/errors";
import type { Schedule } from "./schedule.ts";

/** What becomes of slots that passed while nobody looked: none, the latest, or the latest so many. */
export type CatchUp = "skip" | "once" | `all<=${number}`;

export interface Due {
  /** To be claimed now; the following ones come at the next look. Undefined when all that passed are left out. */
  slot: number | undefined;
  /** The latest slot that is left out, and how many there are (counted up to `countedSlots`). */
  skipped: { latest: number; count: number } | undefined;
  /** Where the job's `next_at` stands afterwards. */
  next: number | undefined;
}

/** Three ticks: a job that may not be made up for is still on time then. */
const onTimeMs = 90_000;
export const countedSlots = 100;
const maxAll = 1_000;

/** Which of the slots from `nextAt` to `now` is to be run. `nextAt` must not be after `now`. */
export function dueSlot(unanchored: Schedule, catchUp: CatchUp, nextAt: number, now: number): Due {
  const schedule = anchored(unanchored, nextAt);
  const following = schedule.next(nextAt);
  if ((following === undefined || following > now) && (catchUp !== "skip" || now - nextAt <= onTimeMs)) return { slot: nextAt, skipped: undefined, next: following };
  const wanted = allowed(catchUp);
  const latest = latestSlots(schedule, nextAt, now, wanted + 1);
  const kept = latest.slice(-wanted);
  const slot = catchUp === "skip" && now - (kept[0] ?? nextAt) > onTimeMs ? undefined : kept[0];
  const last = slot === undefined ? latest.at(-1) : latest[latest.length - kept.length - 1];
  const skipped = last === undefined ? undefined : { latest: last, count: countUpTo(schedule, nextAt, last) };
  return { slot, skipped, next: schedule.next(slot ?? now) };
}

/** An interval counts from the slot it stands at, wherever a clock that was set has put it. */
function anchored(schedule: Schedule, nextAt: number): Schedule {
  const { everyMs } = schedule;
  if (everyMs === undefined) return schedule;
  return { ...schedule, next: (after) => nextAt + (Math.floor((after - nextAt) / everyMs) + 1) * everyMs };
}

export function parseCatchUp(text: string): CatchUp {
  if (text === "skip" || text === "once") return text;
  const count = Number(/^all<=(\d{1,4})$/.exec(text)?.[1]);
  if (count >= 1 && count <= maxAll) return `all<=${count}`;
  throw new UserError("bad_input", `"${text.slice(0, 40)}" is no way to catch up. It is skip, once, or all<=5.`);
}

function allowed(catchUp: CatchUp): number {
  return catchUp === "skip" || catchUp === "once" ? 1 : Number(catchUp.slice(5));
}

/** The latest slots up to `now`, oldest first, looking back in growing steps: a year of minutes is not walked through. */
function latestSlots(schedule: Schedule, nextAt: number, now: number, count: number): number[] {
  for (let back = (schedule.everyMs ?? 60_000) * (count + 1); ; back *= 8) {
    const from = Math.max(nextAt, now - back);
    const slots: number[] = from === nextAt ? [nextAt] : [];
    for (let slot = schedule.next(from); slot !== undefined && slot <= now; slot = schedule.next(slot)) slots.push(slot);
    if (slots.length >= count || from === nextAt) return slots.slice(-count);
  }
}

function countUpTo(schedule: Schedule, nextAt: number, last: number): number {
  let count = 1;
  for (let slot: number | undefined = nextAt; slot !== undefined && slot < last && count < countedSlots; slot = schedule.next(slot)) count++;
  return count;
}
