import { describe, expect, it } from "vitest";
import { parseSchedule } from "./schedule.ts";

const start = Date.UTC(2026, 0, 1);

function slots(text: string, zone: string, from: string, count: number): string[] {
  const schedule = parseSchedule(text, zone, start);
  const found: string[] = [];
  for (let slot = schedule.next(Date.parse(from)); slot !== undefined && found.length < count; slot = schedule.next(slot)) found.push(new Date(slot).toISOString().slice(0, 16));
  return found;
}

describe("SERV-06 the clock jumps over an hour", () => {
  it.each([
    ["30 2 * * *", "Europe/Berlin", "2026-03-28T00:00Z", ["2026-03-28T01:30", "2026-03-29T01:00", "2026-03-30T00:30"]],
    ["0,30 2 * * *", "Europe/Berlin", "2026-03-28T12:00Z", ["2026-03-29T01:00", "2026-03-30T00:00", "2026-03-30T00:30"]],
    ["0 2,3 * * *", "Europe/Berlin", "2026-03-28T12:00Z", ["2026-03-29T01:00", "2026-03-30T00:00", "2026-03-30T01:00"]],
    ["30 2 * * *", "America/New_York", "2026-03-07T12:00Z", ["2026-03-08T07:00", "2026-03-09T06:30"]],
    ["30 0 * * *", "America/Havana", "2026-03-07T12:00Z", ["2026-03-08T05:00", "2026-03-09T04:30"]],
    ["15 2 * * *", "Australia/Lord_Howe", "2026-10-03T00:00Z", ["2026-10-03T15:30", "2026-10-04T15:15"]],
    ["0 12 * * *", "Pacific/Apia", "2011-12-29T00:00Z", ["2011-12-29T22:00", "2011-12-30T10:00", "2011-12-30T22:00"]],
    ["*/30 * * * *", "Europe/Berlin", "2026-03-29T00:20Z", ["2026-03-29T00:30", "2026-03-29T01:00", "2026-03-29T01:30"]],
  ])("%s in %s comes once, at the jump", (text, zone, from, expected) => {
    expect(slots(text, zone, from, expected.length)).toEqual(expected);
  });
});

describe("SERV-06 the clock shows an hour twice", () => {
  it.each([
    ["30 2 * * *", "Europe/Berlin", "2026-10-24T12:00Z", ["2026-10-25T00:30", "2026-10-26T01:30"]],
    ["0,30 2 * * *", "Europe/Berlin", "2026-10-24T12:00Z", ["2026-10-25T00:00", "2026-10-25T00:30", "2026-10-26T01:00"]],
    ["0 */2 * * *", "Europe/Berlin", "2026-10-24T21:50Z", ["2026-10-24T22:00", "2026-10-25T00:00", "2026-10-25T03:00"]],
    ["30 1 * * *", "America/New_York", "2026-10-31T12:00Z", ["2026-11-01T05:30", "2026-11-02T06:30"]],
  ])("%s in %s comes once, the first time", (text, zone, from, expected) => {
    expect(slots(text, zone, from, expected.length)).toEqual(expected);
  });

  it("what runs each quarter of an hour goes on through both", () => {
    expect(slots("*/15 * * * *", "Europe/Berlin", "2026-10-24T23:59Z", 12)).toEqual(Array.from({ length: 12 }, (_, n) => new Date(Date.UTC(2026, 9, 25) + n * 900_000).toISOString().slice(0, 16)));
  });

  it("asked from within the second one it does not look back", () => {
    expect(slots("30 2 * * *", "Europe/Berlin", "2026-10-25T01:10Z", 1)).toEqual(["2026-10-26T01:30"]);
  });
});

it("intervals and moments", () => {
  expect(slots("every 15m", "UTC", "2026-01-01T00:07Z", 2)).toEqual(["2026-01-01T00:15", "2026-01-01T00:30"]);
  expect(slots("at 2026-12-24T18:00:00+01:00", "UTC", "2026-01-01T00:00Z", 2)).toEqual(["2026-12-24T17:00"]);
});

it.each([
  ["0 0 31 2 *", "UTC", /never fires/],
  ["0 3 * * *", "Mars/Olympus", /time zone is not known/],
  ["bogus", "UTC", /not understood/],
  ["* * * * * *", "UTC", /not understood/],
  ["every 0m", "UTC", /not between/],
  ["every 999999d", "UTC", /not between/],
  ["at tomorrow", "UTC", /not understood/],
  ["at 2026-12-24T18:00:00", "UTC", /with its offset/],
  ["1".repeat(300), "UTC", /not understood/],
])("%s in %s is refused in our own words", (text, zone, expected) => {
  const error = (() => {
    try {
      return parseSchedule(text, zone, start);
    } catch (thrown) {
      return thrown;
    }
  })();
  expect(error).toMatchObject({ code: "bad_input", message: expect.stringMatching(expected) as string });
});
