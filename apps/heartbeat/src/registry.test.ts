import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { pauseJob } from "./add.ts";
import { openHeartbeat } from "./heartbeat.ts";
import { listJobs } from "./list.ts";
import { jobTable } from "./jobs/table.ts";
import { type JobTable, loadJobs } from "./registry.ts";
import { type Rig, rig } from "./testing/rig.ts";

const start = Date.UTC(2026, 10, 21, 12);
let r: Rig;

beforeEach(() => {
  r = rig(start);
});
afterEach(() => r[Symbol.dispose]());

const listed = (name: string) => listJobs(r.heartbeat).jobs.find((job) => job.name === name);

it("one that cannot be loaded or never fires is named, and the others go on", async () => {
  const table: JobTable = {
    ...r.table([{ name: "good", schedule: "every 1m" }, { name: "never", schedule: "0 0 31 2 *" }, { name: "zone", schedule: "0 3 * * *", timezone: "Mars/Olympus" }, { name: "words", schedule: "at noon" }, { name: "backwards", schedule: "every 1h", catchUp: "all<=0" }]),
    throws: () => Promise.reject(new Error("secret text at load")),
    misnamed: async () => ({ default: (await r.table([{ name: "other", schedule: "every 1m" }])["other"]?.())?.default as never }),
  };
  const { stop } = await r.start(table);
  await r.clock.pass(180_000);
  await stop();
  expect(r.calls).toHaveLength(3);
  expect(Object.fromEntries(listJobs(r.heartbeat).jobs.map(({ name, problem = "" }) => [name, problem]))).toEqual({
    good: "",
    never: expect.stringContaining("never fires") as string,
    zone: expect.stringContaining("time zone is not known") as string,
    words: expect.stringContaining("not understood") as string,
    backwards: expect.stringContaining("no way to catch up") as string,
    throws: expect.stringContaining("could not be loaded; the log has the reason") as string,
    misnamed: expect.stringContaining("does not define a job named misnamed") as string,
  });
  expect(r.errors).toMatchObject([{ message: "secret text at load" }]);
});

it("a slot that passed while nothing ran stays due over a restart, a changed schedule looks ahead", async () => {
  const jobs = (schedule: string) => r.table([{ name: "job", schedule }]);
  await loadJobs(r.heartbeat, jobs("0 13 * * *"), start);
  await loadJobs(r.heartbeat, jobs("0 13 * * *"), start + 86_400_000);
  expect(listed("job")?.nextAt).toBe("2026-11-21T13:00:00.000Z");
  await loadJobs(r.heartbeat, jobs("0 14 * * *"), start + 86_400_000);
  expect(listed("job")?.nextAt).toBe("2026-11-22T14:00:00.000Z");
  await loadJobs(r.heartbeat, {}, start);
  expect(listJobs(r.heartbeat).jobs).toEqual([]);
});

it("the settings change when a job runs and whether; who paused it by hand keeps it paused", async () => {
  const table = r.table([{ name: "job", schedule: "0 3 * * *" }, { name: "off", schedule: "every 1h" }]);
  writeFileSync(join(r.home, "paios.json"), '{ "heartbeat": { "timezone": "Asia/Tokyo", "jobs": { "job": { "schedule": "30 4 * * *", "timezone": "Europe/Vienna" }, "off": { "enabled": false } } } }');
  const configured = openHeartbeat(r.home);
  await loadJobs(configured, table, start);
  expect(listed("job")).toMatchObject({ schedule: "30 4 * * *", timezone: "Europe/Vienna", nextAt: "2026-11-22T03:30:00.000Z" });
  expect(listed("off")).toMatchObject({ enabled: false, paused: "switched off in paios.json" });
  pauseJob(configured, "job", { paused: true, reason: "by hand" }, start);
  configured.database.close();
  await loadJobs(r.heartbeat, table, start);
  expect([listed("job")?.enabled, listed("off")?.enabled]).toEqual([false, true]);
});

it("who only lists adds what is missing, and leaves to the daemon what it may know better", async () => {
  await loadJobs(r.heartbeat, r.table([{ name: "newer", schedule: "0 3 * * *" }, { name: "both", schedule: "0 4 * * *" }]), start);
  await loadJobs(r.another(), r.table([{ name: "both", schedule: "every 1h" }, { name: "missing", schedule: "every 2h" }]), start, { addsOnly: true });
  expect(listJobs(r.heartbeat).jobs.map(({ name, schedule }) => `${name} ${schedule}`)).toEqual(["both 0 4 * * *", "missing every 2h", "newer 0 3 * * *"]);
});

it("who only lists does not write", async () => {
  await loadJobs(r.heartbeat, jobTable, start);
  const other = r.another();
  const before = r.heartbeat.database.pragma("data_version", { simple: true });
  await loadJobs(other, jobTable, start + 1_000);
  listJobs(other);
  expect(r.heartbeat.database.pragma("data_version", { simple: true })).toBe(before);
});

it("every job of ours loads, and says what it is for", async () => {
  const { jobs, problems } = await loadJobs(r.heartbeat, jobTable, start);
  expect([...problems]).toEqual([]);
  expect([...jobs.keys()].sort()).toEqual(Object.keys(jobTable).sort());
  for (const { about, timeoutMs } of jobs.values()) expect([about.endsWith("."), timeoutMs > 0]).toEqual([true, true]);
});

it("LOG-02 the list is made without the runs, however many there were", async () => {
  const { stop } = await r.start(r.table([{ name: "good", schedule: "every 1m" }]));
  await r.clock.pass(180_000);
  await stop();
  r.heartbeat.database.exec("DELETE FROM run");
  expect(listed("good")).toMatchObject({ lastRun: { status: "done" } });
});
