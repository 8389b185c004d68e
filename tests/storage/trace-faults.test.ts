import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { closeObs, drain, openObs } from "@paios/obs-server";
import { intakeSink } from "@paios/shared/sink";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { createTracer } from "@paios/shared/trace";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { configText, environment, startKb } from "./rig.ts";
import { killWriters } from "./trace-faults.ts";
import { mounted } from "./mounted.ts";

/** Which calls of kb are stored as events, once everything that waits was taken in. */
function tracedCalls(home: string): number {
  const obs = openObs(home);
  try {
    drain(obs, 60_000);
    return obs.database.prepare("SELECT count(*) FROM event JOIN kind ON kind.id = event.kind WHERE service = 'kb' AND category = 'mcp'").pluck().get() as number;
  } finally {
    closeObs(obs);
  }
}

it("OBSV-02 a writer that is killed loses nothing it had flushed", async () => {
  using folder = temporaryFolder();
  const { acknowledged, wrong } = await killWriters(folder.path, 15, 7);
  expect(wrong).toEqual([]);
  expect(acknowledged).toBeGreaterThan(100);
});

describe("while the store of events cannot be written", () => {
  it("because it is locked for 10 s, calls are answered at once and their events come later", async () => {
    using folder = temporaryFolder();
    const home = join(folder.path, "paios");
    mkdirSync(home);
    writeFileSync(join(home, "paios.json"), configText);
    closeObs(openObs(home));
    const kb = await startKb(environment(folder.path, home));
    await kb.ok("kb_status", {});
    const locked = new Database(join(home, "observability.sqlite"));
    locked.exec("BEGIN IMMEDIATE");
    const until = performance.now() + 10_000;
    let [calls, slowest] = [1, 0];
    for (; performance.now() < until; calls++) {
      const started = performance.now();
      await kb.ok("kb_status", {});
      slowest = Math.max(slowest, performance.now() - started);
      await wait(200);
    }
    locked.exec("COMMIT");
    locked.close();
    await kb.stop();
    expect(slowest).toBeLessThan(1_000);
    expect(tracedCalls(home)).toBe(calls);
  });

  it("because the disk is full or read-only, calls are answered and their events come when it is not", async (context) => {
    using folder = temporaryFolder();
    const home = join(folder.path, "paios");
    using disk = mounted(context, home, "size=8m");
    writeFileSync(join(home, "paios.json"), configText);
    const kb = await startKb(environment(folder.path, home));
    await kb.ok("kb_add", { title: "Before", text: "There is room." });
    await wait(400);
    const filler = join(home, "filler");
    try {
      writeFileSync(filler, Buffer.alloc(8 * 1024 * 1024));
    } catch {
      // As full as it gets.
    }
    for (let n = 0; n < 5; n++) expect(await kb.ok("kb_status", {})).toMatchObject({ articles: 1 });
    await wait(500);
    rmSync(filler);
    await wait(1_500);
    await kb.stop();
    expect(tracedCalls(home)).toBe(6);

    disk.remount("ro");
    const again = await startKb(environment(folder.path, home));
    for (let n = 0; n < 5; n++) expect((await again.call("kb_add", { title: "More", text: "Not now." })).failure).toMatch(/cannot be (written|opened)/);
    disk.remount("rw");
    await wait(1_500);
    await again.stop();
    expect(tracedCalls(home)).toBe(11);
  });
});

it("servers built before and after a migration of the store write side by side", async () => {
  using folder = temporaryFolder();
  const home = join(folder.path, "paios");
  mkdirSync(home);
  writeFileSync(join(home, "paios.json"), configText);
  closeObs(openObs(home));
  const path = join(home, "observability.sqlite");
  const later = new Database(path);
  const known = Number(later.pragma("user_version", { simple: true }));
  later.exec("ALTER TABLE event ADD COLUMN later TEXT; CREATE TABLE later (id INTEGER PRIMARY KEY) STRICT");
  later.pragma(`user_version = ${known + 1}`);
  const kb = await startKb(environment(folder.path, home));
  await kb.ok("kb_status", {});
  const tracer = createTracer("later", intakeSink(home));
  tracer.span({ category: "test", action: "span" }, () => {});
  tracer.flush();
  await kb.stop();
  expect(later.prepare("SELECT json_extract(payload, '$.service') AS service FROM intake WHERE json_extract(payload, '$.category') <> 'database' ORDER BY service").pluck().all()).toEqual(["kb", "later"]);
  expect(() => openObs(home)).toThrow(/was written by a newer PAIOS/);
  later.pragma(`user_version = ${known}`);
  later.close();
  expect(tracedCalls(home)).toBe(1);
  expect(existsSync(join(home, "spool")) ? readdirSync(join(home, "spool")) : []).toEqual([]);
});
