import { appendFileSync, existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sql } from "@paios/shared/sqlite";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import type { TraceEvent } from "@paios/shared/trace";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { closeObs, type Obs, openObs } from "../obs.ts";
import { findEvents } from "../query/query.ts";
import { addScore } from "../score.ts";
import { appendIntake, drain } from "./drain.ts";
import { allKinds } from "./kinds.ts";
import { prune } from "./prune.ts";
import { fillText } from "./text.ts";

const now = Date.now();
const day = 86_400_000;
let folder: ReturnType<typeof temporaryFolder>;
let obs: Obs;

beforeEach(() => {
  folder = temporaryFolder();
  obs = openObs(folder.path);
});

afterEach(() => {
  closeObs(obs);
  folder[Symbol.dispose]();
});

let made = 0;
function event(more: Partial<TraceEvent> = {}): TraceEvent {
  const id = (++made).toString(16);
  return { traceId: id.padStart(32, "0"), spanId: id.padStart(16, "0"), time: now, category: "mcp", action: "tools/call kb_search", service: "kb", status: "ok", durationMs: 5, metadata: {}, ...more };
}

const stored = () => findEvents(obs, {}, 1_000).events;

describe("the intake", () => {
  it("OBSV-02 becomes events, traces, aliases and sums, each once", () => {
    const traceId = "a".repeat(32);
    appendIntake(obs, [event({ traceId, time: now, metadata: { "session.id": "s1", note: "x" } }), event({ traceId, time: now + 1, status: "error" }), event({ time: now + 2 })]);
    expect(drain(obs)).toBe(3);
    expect(drain(obs)).toBe(0);
    expect(stored().map(({ time }) => time - now)).toEqual([2, 1, 0]);
    expect(sql(obs.database, "SELECT trace_id, events, errors, first_ms, last_ms FROM trace WHERE trace_id = ?").get(traceId)).toEqual({ trace_id: traceId, events: 2, errors: 1, first_ms: now, last_ms: now + 6 });
    expect(findEvents(obs, { traceId: "s1" }, 10).events).toHaveLength(2);
    expect(allKinds(obs.database).map(({ status, events, duration_sum_ms }) => ({ status, events, duration_sum_ms }))).toEqual([
      { status: "ok", events: 2, duration_sum_ms: 10 },
      { status: "error", events: 1, duration_sum_ms: 5 },
    ]);
    expect(sql(obs.database, "SELECT sum(events) FROM rollup_minute").pluck().get()).toBe(3);
    expect(sql(obs.database, "SELECT sum(events) FROM rollup_hour").pluck().get()).toBe(3);
  });

  it("keeps what is no event as one that says so", () => {
    const insert = sql(obs.database, "INSERT INTO intake(received_us, payload) VALUES (?, ?)");
    for (const payload of ["{", "null", "[]", '{"traceId":"zz"}', JSON.stringify({ ...event(), service: "" }), "\u0000"]) insert.run(now * 1_000, payload);
    expect(drain(obs)).toBe(6);
    expect(stored().map(({ action, status }) => ({ action, status }))).toEqual(Array.from({ length: 6 }, () => ({ action: "reject event", status: "error" })));
  });

  it("bounds what hostile events bring: sizes, times, numbers of actions", () => {
    appendIntake(obs, [
      event({ time: 4e15, action: "a".repeat(5_000), metadata: { long: "b".repeat(50_000), ...Object.fromEntries(Array.from({ length: 400 }, (_, at) => [`k${at}`, at])) } }),
      event({ time: Number.NaN, durationMs: -1 }),
      event({ time: -1 }),
    ]);
    drain(obs);
    const events = stored();
    expect(events.every(({ time }) => Math.abs(time - Date.now()) < 60_000)).toBe(true);
    const long = events.find(({ action }) => action.startsWith("aaa"));
    expect({ action: long?.action.length, keys: Object.keys(long?.metadata ?? {}).length, value: String(long?.metadata["long"]).length }).toEqual({ action: 200, keys: 128, value: 2_002 });
    appendIntake(obs, Array.from({ length: 5_200 }, (_, at) => event({ action: `made up ${at}` })));
    drain(obs, 60_000);
    expect(allKinds(obs.database).length).toBeLessThanOrEqual(5_001);
    expect(findEvents(obs, { action: "other" }, 1_000).events.length).toBeGreaterThan(190);
  });

  it("takes the spool in too, also a file that a crash cut off and lines that are none", () => {
    const spool = join(folder.path, "spool");
    mkdirSync(spool);
    const lines = Array.from({ length: 1_000 }, (_, at) => JSON.stringify(event({ time: now - at })));
    writeFileSync(join(spool, "events-1.ndjson"), `${lines.join("\n")}\n\n${JSON.stringify(event()).slice(0, 40)}`);
    expect(drain(obs, 10_000)).toBe(1_000);
    // It may still be written to for a moment.
    const [name = ""] = readdirSync(spool);
    appendFileSync(join(spool, name), "");
    utimesSync(join(spool, name), new Date(now - 10_000), new Date(now - 10_000));
    expect(drain(obs, 10_000)).toBe(1);
    drain(obs);
    expect(readdirSync(spool)).toEqual([]);
    expect(stored().length).toBe(1_000);
    expect(findEvents(obs, { action: "reject event" }, 10).events).toHaveLength(1);
    expect(existsSync(join(folder.path, "observability.sqlite"))).toBe(true);
  });

  it("of two that drain at once moves each event once", () => {
    const other = openObs(folder.path);
    try {
      appendIntake(obs, Array.from({ length: 2_000 }, () => event()));
      while (drain(obs, 0) + drain(other, 0) > 0);
      expect(sql(obs.database, "SELECT count(*) FROM event").pluck().get()).toBe(2_000);
    } finally {
      closeObs(other);
    }
  });
});

describe("text", () => {
  it("is found behind the intake, every word of it, and goes with its event", () => {
    appendIntake(obs, [event({ metadata: { "error.type": "SQLITE_FULL", path: "/home/me/kb" } }), event({ metadata: { note: "unrelated" }, time: now - 200 * day })]);
    drain(obs);
    expect(findEvents(obs, { text: "sqlite_full" }, 10).events).toEqual([]);
    expect(fillText(obs)).toBe(2);
    expect(findEvents(obs, { text: "home FULL" }, 10).events).toHaveLength(1);
    expect(findEvents(obs, { text: "home unrelated" }, 10).events).toEqual([]);
    prune(obs, now);
    expect(findEvents(obs, { text: "unrelated" }, 10).events).toEqual([]);
  });
});

describe("retention", () => {
  it("drops ordinary events after 30 days, errors and scored traces after 180, the sums later", () => {
    const [old, failed, scored, ancient, young] = [event({ time: now - 31 * day }), event({ time: now - 32 * day, status: "error" }), event({ time: now - 33 * day }), event({ time: now - 181 * day, status: "error" }), event({ time: now - 29 * day })];
    appendIntake(obs, [old, failed, scored, ancient, young]);
    drain(obs);
    addScore(obs, { traceId: scored.traceId, score: 5, source: "test", comment: "" }, now);
    expect(prune(obs, now)).toBe(2);
    expect(stored().map(({ traceId }) => traceId)).toEqual([young, failed, scored].map(({ traceId }) => traceId));
    expect(sql(obs.database, "SELECT count(*) FROM trace").pluck().get()).toBe(3);
    expect(sql(obs.database, "SELECT sum(events) FROM rollup_hour").pluck().get()).toBe(5);
    // What was passed by is reached when its longer time is over.
    expect(prune(obs, now + 160 * day)).toBe(3);
    expect(prune(obs, now + 400 * day)).toBe(0);
    expect(sql(obs.database, "SELECT count(*) FROM rollup_hour").pluck().get()).toBe(0);
  });

  it("keeps below its size, the oldest first", () => {
    obs.config.retention.maxMegabytes = 1;
    appendIntake(obs, Array.from({ length: 3_000 }, (_, at) => event({ time: now - at, metadata: { text: "x".repeat(1_000) } })));
    drain(obs, 60_000);
    expect(prune(obs, now, 60_000)).toBeGreaterThan(1_000);
    const left = stored();
    expect(left.length).toBeGreaterThan(0);
    expect(left[0]?.time).toBe(now);
  });
});
