import { UserError } from "@paios/shared/errors";
import { describe, expect, it } from "vitest";
import { slotMs } from "../index/ledger.ts";
import { claudeRow, testTree } from "../testing/tree.ts";
import { openCalendar, weekOf } from "./days.ts";

const zones = ["UTC", "America/New_York", "Europe/Berlin", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia", "America/St_Johns", "Africa/Casablanca", "Pacific/Chatham"];

describe("openCalendar", () => {
  it.each(zones)("%s: every quarter of an hour of two years lies in the day its clocks showed", (timezone) => {
    const calendar = openCalendar(timezone);
    const said = new Intl.DateTimeFormat("en-CA", { timeZone: timezone, year: "numeric", month: "2-digit", day: "2-digit" });
    for (let ms = Date.UTC(2025, 0, 1); ms < Date.UTC(2027, 0, 1); ms += slotMs * 5) {
      if (calendar.dayOf(ms / slotMs) !== said.format(ms)) expect([new Date(ms).toISOString(), calendar.dayOf(ms / slotMs)]).toEqual([new Date(ms).toISOString(), said.format(ms)]);
    }
  });

  it.each(zones)("%s: a day begins with its first quarter of an hour", (timezone) => {
    const calendar = openCalendar(timezone);
    for (let ms = Date.UTC(2025, 0, 1); ms < Date.UTC(2027, 0, 1); ms += 86_400_000) {
      const day = new Date(ms).toISOString().slice(0, 10);
      const slot = calendar.slotOf(day);
      expect([calendar.dayOf(slot), calendar.dayOf(slot - 1) < day]).toEqual([day, true]);
    }
  });

  it("refuses a zone that is none", () => {
    expect(() => openCalendar("Mars/Olympus")).toThrow(UserError);
  });
});

it("a day of 25 hours and one of 23 are a day", async () => {
  await using tree = testTree();
  const at = (timestamp: string) => claudeRow({ timestamp });
  tree.write(".claude/projects/p/s.jsonl", ...["2026-10-24T21:59:00Z", "2026-10-24T22:00:00Z", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-25T22:59:59Z", "2026-10-25T23:00:00Z", "2026-03-28T23:00:00Z", "2026-03-29T21:59:59Z", "2026-03-29T22:00:00Z"].map(at));
  await tree.refresh();
  const requests = (timezone: string) => Object.fromEntries(Object.entries(tree.by("day", { timezone })).map(([day, sums]) => [day, sums.requests]));
  expect(requests("Europe/Berlin")).toEqual({ "2026-03-29": 2, "2026-03-30": 1, "2026-10-24": 1, "2026-10-25": 4, "2026-10-26": 1 });
  expect(requests("UTC")).toEqual({ "2026-03-28": 1, "2026-03-29": 2, "2026-10-24": 2, "2026-10-25": 4 });
});

it("weeks are ISO's", () => {
  expect(["2026-11-22", "2026-11-23", "2027-01-01", "2024-12-30", "2026-01-01"].map(weekOf)).toEqual(["2026-W47", "2026-W48", "2026-W53", "2025-W01", "2026-W01"]);
});

it("day, session, model, project and client sum the same", async () => {
  await using tree = testTree();
  const prices = { "claude-opus-5-5": { input: 5_000_001, output: 25_000_003, cacheRead: 500_000, cacheWrite5m: 6_250_000, cacheWrite1h: 10_000_000 } };
  tree.write(".claude/projects/p/s.jsonl", ...Array.from({ length: 500 }, (_, at) => claudeRow({ sessionId: `s${at % 7}`, timestamp: new Date(Date.UTC(2026, 9, 20) + at * 7_000_000).toISOString(), tokens: { input_tokens: at * 31, output_tokens: at % 11, cache_read_input_tokens: at * 1_000 } })));
  await tree.refresh();
  const sums = (["day", "week", "month", "session", "model", "project", "client", "mcp_server"] as const).map((grouping) => {
    const rows = Object.values(tree.by(grouping, { prices }));
    return (["requests", "inputTokens", "outputTokens", "cacheReadTokens"] as const).map((field) => rows.reduce((sum, row) => sum + (row[field] ?? 0), 0));
  });
  expect(new Set(sums.map(String)).size).toBe(1);
  expect(sums[0]?.[0]).toBe(500);
});
