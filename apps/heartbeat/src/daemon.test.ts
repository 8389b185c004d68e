import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UserError } from "@paios/shared/errors";
import { createTracer } from "@paios/shared/trace";
import { claimNext } from "./claim.ts";
import { runDue } from "./daemon.ts";
import type { Tier } from "./job.ts";
import { loadJobs } from "./registry.ts";
import { history, listJobs } from "./list.ts";
import { parseSchedule } from "./schedule.ts";
import { type Rig, rig } from "./testing/rig.ts";

const minute = 60_000;
const hour = 60 * minute;
const start = Date.UTC(2026, 2, 28, 12) + 7_000;
let r: Rig;

beforeEach(() => {
  r = rig(start);
});
afterEach(() => r[Symbol.dispose]());

function expectedSlots(text: string, zone: string, from: number, to: number): number[] {
  const schedule = parseSchedule(text, zone, from);
  const slots: number[] = [];
  for (let slot = schedule.next(from); slot !== undefined && slot <= to; slot = schedule.next(slot)) slots.push(slot);
  return slots;
}

const slotsOf = (job: string) => r.calls.filter((call) => call.job === job).map(({ slot }) => slot);
const runs = (job: string) => history(r.heartbeat, job, 200);

it("INFRA-08 SERV-06 a day over a change of the clock: every slot of every job once, and on time", async () => {
  const schedules = ["every 1m", "every 7m", "*/5 * * * *", "0 * * * *", "30 2 * * *", "0,30 2 * * *", "15 3 * * *", "every 90m"];
  const jobs = schedules.map((schedule, n) => ({ name: `job-${n}`, schedule, timezone: "Europe/Berlin", catchUp: "all<=5" as const }));
  const { stop } = await r.start(r.table(jobs));
  await r.clock.pass(24 * hour);
  await stop();
  for (const { name, schedule } of jobs) expect([name, slotsOf(name)]).toEqual([name, expectedSlots(schedule, "Europe/Berlin", start, start + 24 * hour)]);
  expect(Math.max(...r.calls.map(({ slot, at }) => at - slot))).toBeLessThanOrEqual(30_000);
  expect(r.events.filter(({ category, status }) => category === "job" && status === "ok")).toHaveLength(r.calls.length);
  expect(r.errors).toEqual([]);
});

describe("the clock jumps", () => {
  const jobs = [
    { name: "interval", schedule: "every 15m" },
    { name: "calendar", schedule: "0 * * * *" },
    { name: "all", schedule: "30 * * * *", catchUp: "all<=9" as const },
    { name: "skips", schedule: "45 * * * *", catchUp: "skip" as const },
  ];

  it("8 h ahead: each makes up by its rule, said once", async () => {
    const { stop } = await r.start(r.table(jobs));
    await r.clock.pass(hour);
    const before = r.calls.length;
    r.clock.sleep(8 * hour);
    await r.clock.pass(5 * minute);
    await stop();
    const names = r.calls.slice(before).map(({ job }) => job);
    expect(names.filter((name) => name === "all")).toHaveLength(8);
    expect([names.filter((name) => name === "interval").length, names.filter((name) => name === "calendar").length]).toEqual([1, 1]);
    expect(names).not.toContain("skips");
    expect(runs("skips")[0]).toMatchObject({ status: "skipped", note: "It was due 8 times while nothing ran here, and is not made up for." });
    expect(r.said).toEqual([expect.stringMatching(/^The clock went 8\.0 h ahead/)]);
    expect(new Set(r.calls.map(({ key }) => key)).size).toBe(r.calls.length);
  });

  it("8 h back: no slot runs twice, and an interval keeps its beat", async () => {
    const { stop } = await r.start(r.table(jobs));
    await r.clock.pass(9 * hour);
    r.clock.set(r.clock.now() - 8 * hour);
    const before = r.calls.length;
    await r.clock.pass(2 * hour);
    expect(r.calls.slice(before).map(({ job }) => job)).toEqual(Array.from({ length: 7 }, () => "interval"));
    await r.clock.pass(7 * hour);
    await stop();
    expect(new Set(r.calls.map(({ key }) => key)).size).toBe(r.calls.length);
    expect(slotsOf("calendar")).toEqual(expectedSlots("0 * * * *", "UTC", start, start + 10 * hour));
    expect(r.said).toEqual([expect.stringMatching(/^The clock went 8\.0 h back/)]);
  });

  it("a process that was stopped over several slots says so and makes up", async () => {
    const { stop } = await r.start(r.table(jobs));
    await r.clock.pass(minute);
    r.clock.stop(3 * hour);
    await r.clock.pass(5 * minute);
    await stop();
    expect(r.said).toEqual([expect.stringMatching(/^Nothing ran here for 3\.0 h/)]);
    expect(slotsOf("all")).toHaveLength(3);
    expect(slotsOf("interval")).toHaveLength(1);
  });
});

describe("limits", () => {
  const never = ({ signal }: { signal: AbortSignal }) => new Promise<string>((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true }));

  it("LOG-05 three run at once, the important first, and the others when there is room", async () => {
    const ends: (() => void)[] = [];
    const run = () => new Promise<string>((resolve) => ends.push(() => resolve("")));
    const tiers = ["weekly", "weekly", "hourly", "hourly", "frequent"] as const;
    const { stop } = await r.start(r.table(tiers.map((tier, n) => ({ name: `job-${n}`, schedule: "0 13 * * *", tier, run }))));
    await r.clock.pass(hour);
    expect(r.calls.map(({ job }) => job)).toEqual(["job-4", "job-2", "job-3"]);
    expect(listJobs(r.heartbeat)).toMatchObject({ running: 3, limit: 3 });
    ends.shift()?.();
    await r.clock.pass(1_000);
    expect(r.calls).toHaveLength(4);
    for (const end of ends) end();
    await r.clock.pass(1_000);
    ends.at(-1)?.();
    await r.clock.pass(1_000);
    await stop();
    expect(r.calls).toHaveLength(5);
  });

  it("a job does not overlap itself; the slots it ran through are made up for", async () => {
    let end = () => {};
    const run = () => (r.calls.length === 1 ? new Promise<string>((resolve) => (end = () => resolve("long"))) : "");
    const { stop } = await r.start(r.table([{ name: "long", schedule: "*/10 * * * *", run, timeoutMs: 10 * hour }]));
    await r.clock.pass(45 * minute);
    expect(r.calls).toHaveLength(1);
    end();
    await r.clock.pass(minute);
    await stop();
    expect(r.calls.map(({ slot }) => new Date(slot).toISOString().slice(11, 16))).toEqual(["12:10", "12:40"]);
    expect(runs("long").map(({ status }) => status)).toEqual(["done", "skipped", "done"]);
  });

  it("what takes too long is stopped by its signal and fails", async () => {
    const { stop } = await r.start(r.table([{ name: "slow", schedule: "1 12 * * *", run: never, timeoutMs: 20 }]));
    await r.clock.pass(2 * minute);
    await expect.poll(() => runs("slow")[0]?.status).toBe("failed");
    expect(runs("slow")[0]?.note).toBe("It took longer than 0.02 s and was stopped.");
    await stop();
  });

  it("a failure is tried again with the same key after a growing wait, and a defect is not told", async () => {
    const run = () => {
      if (r.calls.length < 3) throw r.calls.length === 1 ? new Error("secret text") : new UserError("unavailable", "Nobody answers. Start it.");
      return "at last";
    };
    const { stop } = await r.start(r.table([{ name: "flaky", schedule: "1 12 * * *", run, retries: 2 }]));
    await r.clock.pass(5 * minute);
    await stop();
    expect(r.calls.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect(new Set(r.calls.map(({ key }) => key))).toEqual(new Set(["flaky@2026-03-28T12:01:00.000Z"]));
    expect(runs("flaky")).toMatchObject([{ status: "done", attempt: 3, note: "at last" }]);
    expect(r.events.map(({ status, metadata }) => [status, metadata["paios.job.retry"]])).toEqual([["ok", "Error"], ["ok", "unavailable"], ["ok", undefined]]);
    const [first = 0, second = 0, third = 0] = r.calls.map(({ at }) => at);
    for (const [wait, most] of [[second - first, 31_000], [third - second, 61_000]] as const) expect([wait >= most / 2 - 1_000, wait <= most]).toEqual([true, true]);
  });

  it("one that keeps failing is an error with its last words", async () => {
    const run = () => {
      throw new Error("secret text");
    };
    const { stop } = await r.start(r.table([{ name: "bad", schedule: "1 12 * * *", run }]));
    await r.clock.pass(10 * minute);
    await stop();
    expect(listJobs(r.heartbeat).jobs[0]?.lastRun).toMatchObject({ status: "failed", note: "It failed (Error); the log has the details." });
    expect(r.events).toMatchObject([{ status: "error", action: "run bad", metadata: { "error.type": "Error" } }]);
    expect(r.errors).toMatchObject([{ message: "secret text" }]);
  });

  it("what runs when the daemon ends is given back, and the next one runs it under the same key", async () => {
    const run = (context: { signal: AbortSignal; attempt: number }) => (context.attempt === 1 ? never(context) : "second");
    const table = r.table([{ name: "cut", schedule: "1 12 * * *", run }]);
    const first = await r.start(table);
    await r.clock.pass(2 * minute);
    await first.stop();
    expect(runs("cut")).toMatchObject([{ status: "cut", attempt: 1 }]);
    const second = await r.start(table, r.another());
    await r.clock.pass(1_000);
    await second.stop();
    expect(r.calls.map(({ key, attempt }) => [key, attempt])).toEqual([["cut@2026-03-28T12:01:00.000Z", 1], ["cut@2026-03-28T12:01:00.000Z", 2]]);
  });
});

it("INFRA-08 two daemons at once: each slot has one owner", async () => {
  const table = r.table([{ name: "one", schedule: "every 1m" }, { name: "two", schedule: "*/3 * * * *" }]);
  const daemons = [await r.start(table), await r.start(table, r.another())];
  await r.clock.pass(2 * hour);
  for (const { stop } of daemons) await stop();
  expect(slotsOf("one")).toEqual(expectedSlots("every 1m", "UTC", start, start + 2 * hour));
  expect(slotsOf("two")).toEqual(expectedSlots("*/3 * * * *", "UTC", start, start + 2 * hour));
});

it("units of a calendar run what is due of a tier, and end", async () => {
  const table = r.table([{ name: "day", schedule: "0 3 * * *", tier: "daily" }, { name: "week", schedule: "0 3 * * *", tier: "weekly" }]);
  const registry = await loadJobs(r.heartbeat, table, start);
  r.clock.sleep(20 * hour);
  const due = (tiers?: readonly Tier[]) => runDue(r.heartbeat, { clock: r.clock, tracer: createTracer("test", { write: () => {}, flush: () => {} }), registry, environment: {}, signal: new AbortController().signal, say: () => {}, report: () => {}, tiers });
  expect([await due(["weekly"]), r.calls.map(({ job }) => job)]).toEqual([1, ["week"]]);
  expect([await due(), await due(), r.calls.map(({ job }) => job)]).toEqual([1, 0, ["week", "day"]]);
});

it("history is bounded", async () => {
  const { stop } = await r.start(r.table([{ name: "often", schedule: "every 10s" }]));
  await r.clock.pass(hour);
  await stop();
  expect(r.calls).toHaveLength(360);
  expect(r.heartbeat.database.prepare("SELECT count(*) AS n, max(slot) AS last FROM run").get()).toEqual({ n: 200, last: start - 7_000 + hour });
});

it("a claim with nothing due writes nothing", async () => {
  const { stop } = await r.start(r.table([{ name: "later", schedule: "0 23 * * *" }]));
  await stop();
  const before = r.heartbeat.database.pragma("data_version", { simple: true });
  const other = r.another();
  expect(claimNext(other, { now: r.clock.now(), jobs: new Set(["later"]) })).toBeUndefined();
  expect(r.heartbeat.database.pragma("data_version", { simple: true })).toBe(before);
});
