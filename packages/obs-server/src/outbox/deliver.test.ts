import { setTimeout as wait } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type TestHome, testHome } from "../health/testing/home.ts";
import type { Obs } from "../obs.ts";
import type { Channel, Sent } from "./channel.ts";
import { deliverOutbox } from "./deliver.ts";
import { outboxWaiting, post } from "./post.ts";

const now = Date.UTC(2026, 10, 21, 12);
const day = 86_400_000;
const signal = new AbortController().signal;
const later: Sent = { sent: false, again: true, reason: "Busy." };
const never: Sent = { sent: false, again: false, reason: "Refused." };

let home: TestHome;
let received: string[];

beforeEach(() => {
  home = testHome();
  received = [];
});
afterEach(() => home[Symbol.dispose]());

/** Takes what it is given, but for the titles that have another answer. */
function channel(answers: Record<string, Sent> = {}): Channel {
  return async ({ title }) => {
    await wait(1);
    const answer = answers[title] ?? { sent: true };
    if (answer.sent) received.push(title);
    return answer;
  };
}

function say(title: string, thread = "t", at = now): number {
  return post(home.obs, { thread, title, body: "", severity: "info" }, at);
}

function deliver(desktop: Channel, at = now, obs: Obs = home.obs): Promise<number> {
  return deliverOutbox(obs, { now: at, signal, channels: { desktop } });
}

function deliveries(): unknown[] {
  return home.obs.database.prepare("SELECT state, attempts, error FROM delivery ORDER BY message").all();
}

describe("order", () => {
  it("LOG-04 messages of a thread come in order, each once, and a thread does not wait for another", async () => {
    for (const title of ["1", "2", "3"]) say(title);
    say("other", "u");
    expect(outboxWaiting(home.obs)).toBe(4);
    expect(await deliver(channel({ "2": later }))).toBe(1);
    expect(await deliver(channel({ "2": later }), now + 1)).toBe(1);
    expect(received).toEqual(["1", "other"]);
    expect(await deliver(channel(), now + 5_000)).toBe(2);
    expect(received).toEqual(["1", "other", "2", "3"]);
    expect(await deliver(channel(), now + day)).toBe(0);
    expect(outboxWaiting(home.obs)).toBe(0);
  });

  it("a message that failed for good lets the next one pass", async () => {
    for (const title of ["1", "2"]) say(title);
    expect(await deliver(channel({ "1": never }))).toBe(1);
    expect(deliveries()).toEqual([{ state: "failed", attempts: 1, error: "Refused." }, { state: "sent", attempts: 1, error: "" }]);
  });

  it("a channel does not wait for another", async () => {
    home.obs.config.outbox.webhook = { url: "http://127.0.0.1:1/" };
    for (const title of ["1", "2"]) say(title);
    expect(await deliverOutbox(home.obs, { now, signal, channels: { desktop: channel(), webhook: channel({ "1": later }) } })).toBe(2);
    expect(received).toEqual(["1", "2"]);
    expect(outboxWaiting(home.obs)).toBe(2);
  });
});

describe("trying again", () => {
  it("comes after 5 s, doubled up to 15 minutes, with jitter, and ends after 7 days", async () => {
    say("1");
    const waits: number[] = [];
    let at = now;
    for (let n = 0; n < 10; n++) {
      await deliver(channel({ "1": later }), at);
      const next = home.obs.database.prepare("SELECT next_ms FROM delivery").pluck().get() as number;
      waits.push(next - at);
      at = next + 1;
    }
    for (const [n, ms] of waits.entries()) {
      const whole = Math.min(5_000 * 2 ** n, 900_000);
      expect(ms).toBeGreaterThan(whole * 0.79);
      expect(ms).toBeLessThan(whole + 500);
    }
    await deliver(channel({ "1": later }), now + 8 * day);
    expect(deliveries()).toEqual([{ state: "failed", attempts: 11, error: "Busy. Tried for 7 days." }]);
  });

  it("waits as long as the other side asked for", async () => {
    say("1");
    await deliver(channel({ "1": { ...later, afterMs: 60_000 } }));
    expect(await deliver(channel(), now + 59_000)).toBe(0);
    expect(await deliver(channel(), now + 61_000)).toBe(1);
  });

  it("a channel that throws is tried again", async () => {
    say("1");
    expect(await deliver(() => Promise.reject(new Error("foreign words")))).toBe(0);
    expect(deliveries()).toEqual([{ state: "waiting", attempts: 1, error: "The channel failed." }]);
  });

  it("is not put off for a year by a clock that was ahead", async () => {
    say("1", "t", now + 365 * day);
    await deliver(channel({ "1": later }), now + 365 * day);
    expect(await deliver(channel(), now)).toBe(1);
  });
});

describe("two processes and crashes", () => {
  it("two that deliver at once send each message once, in order", async () => {
    const titles = Array.from({ length: 20 }, (_, n) => String(n));
    for (const title of titles) say(title);
    const other = home.another();
    const sent = await Promise.all([deliver(channel()), deliver(channel(), now, other)]);
    while (outboxWaiting(home.obs) > 0) sent.push(await deliver(channel()));
    expect(received).toEqual(titles);
    expect(sent.reduce((sum, each) => sum + each, 0)).toBe(20);
  });

  it("what a crash left between claim and sending is sent after the lease, and not before", async () => {
    for (const title of ["1", "2"]) say(title);
    void deliver(() => new Promise(() => {}));
    expect(deliveries()).toMatchObject([{ state: "sending", attempts: 1 }, { state: "waiting" }]);
    const other = home.another();
    expect(await deliver(channel(), now + 29_000, other)).toBe(0);
    expect(await deliver(channel(), now + 31_000, other)).toBe(2);
    expect(received).toEqual(["1", "2"]);
  });

  it("who comes back after its lease does not overwrite what another did", async () => {
    say("1");
    let wake = (_sent: Sent) => {};
    const slow = deliver(() => new Promise<Sent>((resolve) => (wake = resolve)));
    expect(await deliver(channel(), now + 31_000, home.another())).toBe(1);
    wake(later);
    await slow;
    expect(deliveries()).toEqual([{ state: "sent", attempts: 2, error: "" }]);
  });

  it("who is ended while sending gives its message back at once", async () => {
    say("1");
    const ended = new AbortController();
    const delivering = deliverOutbox(home.obs, { now, signal: ended.signal, channels: { desktop: (_message, end) => wait(60_000, { sent: true }, { signal: end }) } });
    ended.abort();
    expect(await delivering).toBe(0);
    expect(deliveries()).toEqual([{ state: "waiting", attempts: 0, error: "" }]);
    expect(await deliver(channel(), now + 1_000)).toBe(1);
  });
});

describe("upkeep", () => {
  it("what waits for a channel that is not configured any more fails and is not waited for", async () => {
    say("1");
    home.obs.config.outbox.desktop = false;
    expect(await deliverOutbox(home.obs, { now, signal })).toBe(0);
    expect(deliveries()).toEqual([{ state: "failed", attempts: 0, error: "This channel is not configured any more." }]);
    say("2");
    expect(outboxWaiting(home.obs)).toBe(0);
  });

  it("what was done a month ago is forgotten, what still waits is not", async () => {
    say("1");
    await deliver(channel());
    say("2");
    await deliver(channel({ "2": later }), now + 31 * day - 1_000);
    expect(home.obs.database.prepare("SELECT title FROM outbox").pluck().all()).toEqual(["2"]);
  });

  it("a message that is too long is cut, not refused", () => {
    const id = post(home.obs, { thread: "t", title: "x".repeat(500), body: "y".repeat(9_000), severity: "info" }, now);
    expect(home.obs.database.prepare("SELECT length(title) AS title, length(body) AS body FROM outbox WHERE id = ?").get(id)).toEqual({ title: 200, body: 4_000 });
  });
});
