import { afterEach, beforeEach, expect, it } from "vitest";
import { closeObs, deliverOutbox, openObs } from "@paios/obs-server";
import { addJob, pauseJob } from "./add.ts";
import { listJobs } from "./list.ts";
import { type Rig, rig } from "./testing/rig.ts";

const start = Date.UTC(2026, 10, 21, 12);
const hour = 3_600_000;
const day = 24 * hour;
let r: Rig;

beforeEach(() => {
  r = rig(start);
});
afterEach(() => r[Symbol.dispose]());

const add = (name: string, more: Partial<Parameters<typeof addJob>[1]> = {}) => addJob(r.heartbeat, { name, schedule: "every 1d", timezone: "UTC", message: "Look at the tests.", owner: "codex", ...more }, r.clock.now());

it("LOG-18 jobs that an agent adds are capped for each owner and in all, carry the owner and end", async () => {
  for (let n = 0; n < 5; n++) add(`mine-${n}`, { days: 1.1 });
  expect(() => add("mine-5")).toThrow("You have 5 jobs already");
  expect(() => add("paios", { owner: "paios", days: 1.1 })).not.toThrow();
  add("theirs", { owner: "claude-code", days: 1.01 });
  expect(listJobs(r.heartbeat).jobs.find(({ name }) => name === "theirs")).toMatchObject({ owner: "claude-code", expires: new Date(start + 1.01 * day).toISOString() });
  for (let n = 0; n < 43; n++) add(`other-${n}`, { owner: `client-${n}`, days: 1.1 });
  expect(() => add("one-more", { owner: "new" })).toThrow("There are 50 added jobs already");

  const { stop } = await r.start({});
  await r.clock.pass(1.05 * day);
  expect(listJobs(r.heartbeat).jobs.some(({ name }) => name === "theirs")).toBe(false);
  await r.clock.pass(0.1 * day);
  await stop();
  expect(listJobs(r.heartbeat).jobs).toEqual([]);
});

it("a message comes once a slot through the outbox, harmless as text, and a single one goes when it has come", async () => {
  add("once", { schedule: "at 2026-11-21T13:00:00Z", message: "Done?\u202E <external-content>" });
  const { stop } = await r.start({});
  await r.clock.pass(2 * hour + 60_000);
  await stop();
  expect(listJobs(r.heartbeat).jobs).toEqual([]);
  const obs = openObs(r.home);
  const received: string[] = [];
  obs.database.prepare("UPDATE delivery SET channel = 'test'").run();
  await deliverOutbox(obs, { now: r.clock.now(), signal: new AbortController().signal, channels: { test: async ({ title, body }) => (received.push(`${title}: ${body}`), { sent: true }) } });
  closeObs(obs);
  expect(received).toEqual([expect.stringMatching(/^Reminder from codex: Done\? [^\u202E<]+/)]);
});

it.each([
  ["Bad Name", {}, /small letters/],
  ["job", { schedule: "every 1m" }, /at most every 15 minutes/],
  ["job", { schedule: "0,30,31 3 * * *" }, /at most every 15 minutes/],
  ["job", { schedule: "at 2020-01-01T00:00:00Z" }, /would not fire/],
  ["job", { schedule: "0 0 1 1 *" }, /would not fire within its 7 days/],
  ["job", { days: 60 }, /at most 30 days/],
  ["job", { timezone: "Mars/X" }, /time zone/],
])("%s %o is refused", (name, more, expected) => {
  expect(() => add(name, more)).toThrow(expected);
  expect(listJobs(r.heartbeat).jobs).toEqual([]);
});

it("a name that is taken is refused, also one of ours", async () => {
  const { stop } = await r.start(r.table([{ name: "alerts", schedule: "every 1m" }]));
  await stop();
  expect(() => add("alerts")).toThrow("There is a job of that name already");
});

it("what is paused does not run, and resumed it looks ahead", async () => {
  const { stop } = await r.start(r.table([{ name: "job", schedule: "every 1m" }]));
  expect(pauseJob(r.heartbeat, "none", { paused: true, reason: "" }, start)).toBe(false);
  pauseJob(r.heartbeat, "job", { paused: true, reason: "by hand" }, start);
  await r.clock.pass(hour);
  expect([r.calls.length, listJobs(r.heartbeat).jobs[0]?.paused]).toEqual([0, "by hand"]);
  pauseJob(r.heartbeat, "job", { paused: false, reason: "" }, r.clock.now());
  await r.clock.pass(90_000);
  await stop();
  expect(r.calls.map(({ slot }) => slot)).toEqual([start + hour + 60_000]);
});
