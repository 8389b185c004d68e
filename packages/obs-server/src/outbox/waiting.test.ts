import { afterEach, beforeEach, expect, it } from "vitest";
import { type TestHome, testHome } from "../health/testing/home.ts";
import type { Channel } from "./channel.ts";
import { deliverOutbox } from "./deliver.ts";
import { finishWaiting, progressed, startWaiting } from "./waiting.ts";

const now = Date.UTC(2026, 10, 21, 12);
const signal = new AbortController().signal;
const work = { thread: "review", title: "the review" };

let home: TestHome;
let heard: { at: number; text: string }[];
let clock: number;

beforeEach(() => {
  home = testHome();
  heard = [];
  clock = now;
});
afterEach(() => home[Symbol.dispose]());

const desktop: Channel = ({ title, body }) => {
  heard.push({ at: (clock - now) / 1_000, text: `${title}: ${body}` });
  return Promise.resolve({ sent: true });
};

/** A delivery every 15 s, as emit-server does, from one second on to another. */
async function pass(from: number, to: number, channel = desktop): Promise<void> {
  for (let second = from; second <= to; second += 15) {
    clock = now + second * 1_000;
    await deliverOutbox(home.obs, { now: clock, signal, channels: { desktop: channel } });
  }
}

it("LOG-04 a person who waits hears at once that it began, then never nothing for 2 minutes, and once how it ended", async () => {
  startWaiting(home.obs, work, now);
  await pass(0, 600);
  progressed(home.obs, { thread: "review", body: "Two of three have answered." }, clock);
  await pass(615, 900);
  finishWaiting(home.obs, { thread: "review", body: "Three findings." }, clock);
  await pass(915, 1_500);
  const times = heard.map(({ at }) => at);
  expect(times[0]).toBe(0);
  expect(Math.max(...times.slice(1).map((at, n) => at - (times[n] ?? 0)))).toBeLessThanOrEqual(120);
  expect(heard.map(({ text }) => text).filter((text) => !text.startsWith("Still"))).toEqual([
    "Working on the review: It has begun; you will hear how it goes.",
    "Working on the review: Two of three have answered.",
    "Done: the review: Three findings.",
  ]);
  expect(heard.find(({ text }) => text.startsWith("Still"))?.text).toBe("Still working on the review: 1 minute so far.");
});

it("after a sleep there is one message, not one for every two minutes of it", async () => {
  startWaiting(home.obs, work, now);
  await pass(0, 0);
  await pass(36_000, 36_015);
  expect(heard.slice(1).map(({ text }) => text)).toEqual(["Still working on the review: 600 minutes so far."]);
});

it("while nothing gets through, messages that say the same do not pile up", async () => {
  startWaiting(home.obs, work, now);
  await pass(0, 3_600, () => Promise.resolve({ sent: false, again: true, reason: "Down." }));
  await pass(7_200, 7_200);
  expect(heard).toHaveLength(1);
});

it("two processes say it once, and a clock that went back keeps nobody waiting", async () => {
  startWaiting(home.obs, work, now);
  const other = home.another();
  await pass(0, 0);
  clock = now + 110_000;
  await Promise.all([home.obs, other].map((obs) => deliverOutbox(obs, { now: clock, signal, channels: { desktop } })));
  expect(heard).toHaveLength(2);
  await pass(-86_400, -86_385);
  expect(heard).toHaveLength(3);
});

it("work whose process died is given up after 12 hours", async () => {
  startWaiting(home.obs, work, now);
  await pass(0, 0);
  await pass(43_300, 50_000);
  expect(heard.slice(1).map(({ text }) => text.split(":")[0])).toEqual(["No end was heard of the review"]);
});

it("nobody is told about work that nobody waits for", async () => {
  progressed(home.obs, { thread: "review", body: "x" }, now);
  finishWaiting(home.obs, { thread: "review", body: "x" }, now);
  await pass(0, 0);
  expect(heard).toEqual([]);
});
