import { setTimeout as wait } from "node:timers/promises";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { expect, it } from "vitest";
import { Place } from "./rig.ts";

const everySecond = { way: "run", schedule: "every 1s", catchUp: "all<=60" } as const;

/** What does not hold: a slot that ran twice, or one between the first and the last that did not run. */
function faults(place: Place): string[] {
  const keys = place.effects().map(({ key }) => key);
  const doubled = keys.filter((key, at) => keys.indexOf(key) !== at).map((key) => `${key} ran twice`);
  const gaps = place
    .query<{ name: string; slot: number; before: number | null }>("SELECT name, slot, lag(slot) OVER (PARTITION BY job ORDER BY slot) AS before FROM run JOIN job ON job.id = run.job")
    .filter(({ slot, before }) => before !== null && slot - before !== 1_000)
    .map(({ name, slot }) => `${name} misses the slot before ${new Date(slot).toISOString()}`);
  return [...doubled, ...gaps];
}

it("INFRA-08 two daemons at once, one stopped for a while: every slot has one owner and none is missed", async () => {
  using folder = temporaryFolder();
  const place = new Place(folder.path);
  const jobs = { ...everySecond, count: 4, workMs: 50 };
  const ranBy = (pid: number) => expect.poll(() => place.effects().some((effect) => effect.pid === pid), { timeout: 20_000 }).toBe(true);
  const first = place.start(jobs);
  await ranBy(first.pid);
  const second = place.start(jobs);
  await wait(1_500);
  process.kill(first.pid, "SIGSTOP");
  await ranBy(second.pid);
  await wait(2_500);
  process.kill(first.pid, "SIGCONT");
  await wait(1_500);
  for (const each of [first, second]) each.kill("SIGTERM");
  expect((await Promise.all([first.ended, second.ended])).map(({ code }) => code)).toEqual([0, 0]);
  expect(faults(place)).toEqual([]);
  expect(place.effects().length).toBeGreaterThan(12);
});

it("SERV-06 a daemon that was stopped over several slots makes up for each of them once", async () => {
  using folder = temporaryFolder();
  const place = new Place(folder.path);
  const daemon = place.start(everySecond);
  await expect.poll(() => place.effects().length, { timeout: 10_000 }).toBeGreaterThan(0);
  const before = place.effects().length;
  process.kill(daemon.pid, "SIGSTOP");
  await wait(3_000);
  process.kill(daemon.pid, "SIGCONT");
  await wait(1_200);
  daemon.kill("SIGTERM");
  await daemon.ended;
  expect(place.effects().length).toBeGreaterThanOrEqual(before + 3);
  expect(faults(place)).toEqual([]);
});

it("SERV-01 SIGTERM gives back what runs within 1 s, and the next daemon runs it again under its key", async () => {
  using folder = temporaryFolder();
  const place = new Place(folder.path);
  const daemon = place.start({ ...everySecond, schedule: "every 2s", workMs: 30_000 });
  await expect.poll(() => place.effects().length, { timeout: 10_000 }).toBe(1);
  const asked = performance.now();
  daemon.kill("SIGTERM");
  expect(await daemon.ended).toMatchObject({ code: 0 });
  expect(performance.now() - asked).toBeLessThan(1_000);
  expect(place.query("SELECT state, attempt FROM run")).toEqual([{ state: "cut", attempt: 1 }]);
  const next = place.start({ ...everySecond, schedule: "every 2s" });
  await expect.poll(() => place.effects().length, { timeout: 10_000 }).toBeGreaterThan(1);
  next.kill("SIGTERM");
  await next.ended;
  const [first, second] = place.effects();
  expect(second).toMatchObject({ key: first?.key, attempt: 2 });
});
