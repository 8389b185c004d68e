import { expect, it } from "vitest";
import { type CatchUp, dueSlot, parseCatchUp } from "./catch-up.ts";
import { parseSchedule } from "./schedule.ts";

const hour = 3_600_000;
const start = Date.UTC(2026, 0, 1);
const hourly = parseSchedule("0 * * * *", "UTC", start);

it.each<[CatchUp, number, number | undefined, { latest: number; count: number } | undefined, number]>([
  // On time.
  ["skip", 0.01, 0, undefined, 1],
  ["once", 0.01, 0, undefined, 1],
  ["all<=3", 0.01, 0, undefined, 1],
  // Five slots passed, the last one half an hour ago.
  ["skip", 4.5, undefined, { latest: 4, count: 5 }, 5],
  ["once", 4.5, 4, { latest: 3, count: 4 }, 5],
  ["all<=3", 4.5, 2, { latest: 1, count: 2 }, 3],
  ["all<=9", 4.5, 0, undefined, 1],
  // Late for four, on time for the fifth.
  ["skip", 4.01, 4, { latest: 3, count: 4 }, 5],
])("%s, %d h after the first slot", (catchUp, late, slot, skipped, next) => {
  const at = (hours: number) => start + hours * hour;
  expect(dueSlot(hourly, catchUp, start, at(late))).toEqual({ slot: slot === undefined ? undefined : at(slot), skipped: skipped && { latest: at(skipped.latest), count: skipped.count }, next: at(next) });
});

it("a year of minutes is not walked through, and counted up to a hundred", () => {
  const minutes = parseSchedule("* * * * *", "Europe/Berlin", start);
  const now = start + 365 * 24 * hour + 30_000;
  const began = performance.now();
  expect(dueSlot(minutes, "all<=5", start, now)).toEqual({ slot: now - 30_000 - 4 * 60_000, skipped: { latest: now - 30_000 - 5 * 60_000, count: 100 }, next: now - 30_000 - 3 * 60_000 });
  expect(performance.now() - began).toBeLessThan(1_000);
});

it("an interval counts from where it stands", () => {
  const quarter = parseSchedule("every 15m", "UTC", start);
  const odd = start + 123_456;
  expect(dueSlot(quarter, "once", odd, odd + 40 * 60_000)).toEqual({ slot: odd + 30 * 60_000, skipped: { latest: odd + 15 * 60_000, count: 2 }, next: odd + 45 * 60_000 });
});

it.each(["", "all", "all<=0", "all<=5000", "twice"])("%j is no way to catch up", (text) => {
  expect(() => parseCatchUp(text)).toThrow(/It is skip, once, or all<=5/);
});
