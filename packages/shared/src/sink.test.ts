import { existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { intakeSink } from "./sink.ts";
import { temporaryFolder } from "./testing/temporary.ts";
import type { TraceEvent } from "./trace.ts";

let folder: ReturnType<typeof temporaryFolder>;
let home: string;

beforeEach(() => {
  folder = temporaryFolder();
  home = join(folder.path, "home");
});

afterEach(() => {
  vi.useRealTimers();
  folder[Symbol.dispose]();
});

function event(action: string, more: Partial<TraceEvent> = {}): TraceEvent {
  return { traceId: "a".repeat(32), spanId: "b".repeat(16), time: 1, category: "test", action, service: "test", status: "ok", metadata: {}, ...more };
}

function stored(): string[] {
  const database = new Database(join(home, "observability.sqlite"), { readonly: true });
  try {
    return database.prepare<[], { payload: string }>("SELECT payload FROM intake ORDER BY id").all().map(({ payload }) => (JSON.parse(payload) as TraceEvent).action);
  } finally {
    database.close();
  }
}

function spooled(): string[] {
  const spool = join(home, "spool");
  if (!existsSync(spool)) return [];
  return readdirSync(spool).flatMap((file) => readFileSync(join(spool, file), "utf8").trim().split("\n")).map((line) => (JSON.parse(line) as TraceEvent).action);
}

function locked(): Database.Database {
  const database = new Database(join(home, "observability.sqlite"));
  database.exec("BEGIN IMMEDIATE");
  return database;
}

describe("the trace sink", () => {
  it("OBSV-02 has on disk what it was given before flush returns, in a WAL database", () => {
    const sink = intakeSink(home);
    for (let n = 0; n < 600; n++) sink.write(event(`e${n}`));
    sink.flush();
    expect(stored()).toEqual(Array.from({ length: 600 }, (_, n) => `e${n}`));
    expect(new Database(join(home, "observability.sqlite")).pragma("journal_mode", { simple: true })).toBe("wal");
  });

  it("stores an error at once, and the rest within a moment", () => {
    vi.useFakeTimers();
    const sink = intakeSink(home);
    sink.write(event("error", { status: "error" }));
    expect(stored()).toEqual(["error"]);
    sink.write(event("ok"));
    expect(stored()).toEqual(["error"]);
    vi.advanceTimersByTime(400);
    expect(stored()).toEqual(["error", "ok"]);
  });

  it("DATA-01 is patient with a locked database, and no write waits for it", () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    const sink = intakeSink(home);
    sink.write(event("first", { status: "error" }));
    const holder = locked();
    const started = process.hrtime.bigint();
    for (let n = 0; n < 300; n++) sink.write(event(`e${n}`, { status: n % 10 ? "ok" : "error" }));
    expect(Number(process.hrtime.bigint() - started) / 1e6).toBeLessThan(100);
    vi.advanceTimersByTime(3_000);
    holder.exec("COMMIT");
    holder.close();
    vi.advanceTimersByTime(500);
    expect(stored()).toEqual(["first", ...Array.from({ length: 300 }, (_, n) => `e${n}`)]);
    expect(spooled()).toEqual([]);
  });

  it("gives the spool what a database that stays locked does not take", () => {
    vi.useFakeTimers();
    const sink = intakeSink(home);
    sink.write(event("first", { status: "error" }));
    const holder = locked();
    sink.write(event("second"));
    vi.advanceTimersByTime(6_000);
    expect(spooled()).toEqual(["second"]);
    sink.write(event("third"));
    sink.flush();
    expect(spooled()).toEqual(["second", "third"]);
    holder.close();
    sink.write(event("fourth", { status: "error" }));
    expect(stored()).toEqual(["first", "fourth"]);
  });

  it("gives the spool what a damaged database does not take", () => {
    mkdirSync(home);
    writeFileSync(join(home, "observability.sqlite"), "this is no database, but long enough to be looked at ".repeat(100));
    const sink = intakeSink(home);
    sink.write(event("a", { status: "error" }));
    sink.write(event("b"));
    sink.flush();
    expect(spooled()).toEqual(["a", "b"]);
    truncateSync(join(home, "observability.sqlite"), 0);
    sink.write(event("c", { status: "error" }));
    expect(stored()).toEqual(["c"]);
  });

  it("never throws, whatever it is given and wherever it should go", () => {
    writeFileSync(home, "a file where the home should be");
    const nowhere = intakeSink(home);
    nowhere.write(event("lost", { status: "error" }));
    nowhere.flush();
    const sink = intakeSink(join(folder.path, "other"));
    const round: Record<string, unknown> = {};
    round["self"] = round;
    sink.write(event("round", { metadata: round, status: "error" }));
    sink.write(event("big", { metadata: { n: 1n } }));
    sink.write(event("odd \u0000 \uD800", { metadata: { text: "\uD800" } }));
    sink.flush();
    home = join(folder.path, "other");
    expect(stored()).toEqual(["round", "big", "odd \u0000 \uD800"]);
  });

  it("makes room for new rows when nobody drains it", () => {
    const sink = intakeSink(home);
    sink.write(event("old", { status: "error" }));
    const database = new Database(join(home, "observability.sqlite"));
    database.exec("INSERT INTO intake(id, received_us, payload) VALUES (500400, 0, '{\"action\":\"newer\"}')");
    database.close();
    sink.write(event("newest", { status: "error" }));
    expect(stored()).toEqual(["newer", "newest"]);
  });
});
