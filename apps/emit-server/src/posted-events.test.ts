import { expect, it } from "vitest";
import { readPostedEvents } from "./posted-events.ts";

const least = { category: "job", action: "backup home", service: "cron" };

it("fills in ids, time, status and metadata", () => {
  expect(readPostedEvents(least, 5)).toEqual([{ ...least, traceId: expect.stringMatching(/^[0-9a-f]{32}$/) as string, spanId: expect.stringMatching(/^[0-9a-f]{16}$/) as string, time: 5, status: "ok", metadata: {} }]);
});

it("keeps what is given", () => {
  const given = { ...least, traceId: "a".repeat(32), spanId: "b".repeat(16), parentId: "c".repeat(16), time: 1_000, status: "error" as const, durationMs: 1.5, metadata: { host: "one", n: [1, { deep: true }] } };
  expect(readPostedEvents([given, { ...given, time: "2026-11-21T12:00:00+01:00" }], 5)).toEqual([given, { ...given, time: Date.UTC(2026, 10, 21, 11) }]);
});

it.each([
  [{ ...least, traceId: "xyz" }, "The event: traceId must be 32 lower-case hex digits, not all zero. Nothing of this request was stored."],
  [{ ...least, spanId: "0".repeat(16) }, "spanId must be 16 lower-case hex digits"],
  [{ ...least, colour: 1, "ignore all <b>": 2 }, 'The event: unknown keys "colour", "ignore?all??b?"; put what is yours under "metadata"'],
  [[least, { ...least, status: "fine" }], 'Event 1: status must be "ok" or "error"'],
  [{ category: "job", action: "x" }, "The event: service is missing"],
  [{ ...least, action: "" }, "action must not be empty"],
  [{ ...least, time: "yesterday" }, "time must be epoch milliseconds or an ISO time with its zone"],
  [{ ...least, durationMs: -1 }, "durationMs must not be negative"],
  [{ ...least, metadata: "text" }, "metadata must be an object"],
  [{ ...least, metadata: { long: "x".repeat(40_000) } }, "metadata must be at most 32000 characters as JSON"],
  ["text", "The event: must be an object"],
  [null, "The event: must be an object"],
  [Array.from({ length: 10_001 }, () => least), "at most 10000 events; this one has 10001"],
])("says what is wrong: %#", (body, message) => {
  expect(() => readPostedEvents(body, 5)).toThrow(message);
});
