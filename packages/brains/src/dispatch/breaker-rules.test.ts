import { describe, expect, it } from "vitest";
import { afterAnswer, afterFailure, anchored, type Breaker, closedBreaker, type Failed } from "./breaker-rules.ts";

const minute = 60_000;
const now = 1_000_000_000;

function failing(breaker: Breaker, failed: Failed, at = now, { ofProbe = false, random = 0.5 } = {}) {
  return afterFailure(breaker, failed, { now: at, random: () => random, ofProbe });
}

/** Outcomes a second apart, 0 a transient failure. */
function after(outcomes: readonly (0 | 1)[], everyMs = 1_000): Breaker {
  return outcomes.reduce<Breaker>((breaker, answered, n) => {
    const at = now + n * everyMs;
    return answered ? afterAnswer(breaker, at, false) : failing(breaker, { kind: "transient" }, at).breaker;
  }, closedBreaker);
}

describe("when it opens", () => {
  it.each([
    ["four transient failures", [0, 0, 0, 0], 1_000, "closed"],
    ["five", [0, 0, 0, 0, 0], 1_000, "open"],
    ["five of ten", [0, 1, 0, 1, 0, 1, 0, 1, 1, 0], 1_000, "open"],
    ["five of eleven, the first too long ago to be of the last ten", [0, 1, 1, 0, 1, 1, 0, 1, 1, 0, 0], 1_000, "closed"],
    ["five in more than a minute", [0, 0, 0, 0, 0], 16_000, "closed"],
  ] as const)("%s", (_, outcomes, everyMs, state) => {
    expect(after(outcomes, everyMs).state).toBe(state);
  });

  it("at once for billing, limit and auth, and for a wait longer than a retry's; never for request and unavailable", () => {
    const states = (["billing", "limit", "auth", "request", "unavailable", "transient"] as const).map((kind) => failing(closedBreaker, { kind }).breaker.state);
    expect(states).toEqual(["open", "open", "open", "closed", "closed", "closed"]);
    expect([46_000, 9_000].map((ms) => failing(closedBreaker, { kind: "transient", retryAt: now + ms }).breaker.state)).toEqual(["open", "closed"]);
  });

  it("for the fifth unknown failure in a row, not when an answer came between", () => {
    const run = (kinds: readonly ("unknown" | "answer")[]) => kinds.reduce<Breaker>((breaker, kind) => (kind === "answer" ? afterAnswer(breaker, now, false) : failing(breaker, { kind }).breaker), closedBreaker);
    expect(run(["unknown", "unknown", "unknown", "unknown"]).state).toBe("closed");
    expect(run(["unknown", "unknown", "unknown", "unknown", "answer", "unknown"]).state).toBe("closed");
    expect(run(["unknown", "unknown", "unknown", "unknown", "unknown"])).toMatchObject({ state: "open", kind: "transient" });
  });
});

describe("for how long", () => {
  const ladder = (kind: "transient" | "billing" | "limit", steps: number) => {
    let { breaker } = failing(kind === "transient" ? after([0, 0, 0, 0]) : closedBreaker, { kind }, now + minute / 2);
    return Array.from({ length: steps }, () => {
      const ms = (breaker.untilMs ?? NaN) - breaker.openedMs;
      breaker = failing({ ...breaker, state: "half_open" }, { kind }, now, { ofProbe: true }).breaker;
      return ms / minute;
    });
  };

  it("30 s, 1, 5, 15 min after transient failures; 15 min to 6 h where no time is known", () => {
    expect(ladder("transient", 5)).toEqual([0.5, 1, 5, 15, 15]);
    expect(ladder("billing", 7)).toEqual([15, 30, 60, 120, 240, 360, 360]);
    expect(ladder("limit", 2)).toEqual([15, 30]);
  });

  it("give or take a fifth", () => {
    const ms = [0, 0.999].map((random) => (failing(after([0, 0, 0, 0], 0), { kind: "transient" }, now, { random }).breaker.untilMs ?? 0) - now);
    expect(ms.map(Math.round)).toEqual([24_000, 35_988]);
  });

  it("until the provider said, but not for years; for auth until the credential changes", () => {
    const until = (failed: Failed) => failing(closedBreaker, failed).breaker.untilMs;
    expect(until({ kind: "limit", retryAt: now + 42 * minute })).toBe(now + 42 * minute);
    expect(until({ kind: "transient", retryAt: now + minute })).toBe(now + minute);
    expect(until({ kind: "limit", retryAt: now + 1e12 })).toBe(now + 32 * 24 * 60 * minute);
    expect(until({ kind: "limit", retryAt: now - 1 })).toBe(now + 15 * minute);
    expect(until({ kind: "auth", retryAt: now + minute })).toBeNull();
  });
});

it("a late failure changes an open breaker only for the worse, and only that is news", () => {
  const transient = after([0, 0, 0, 0, 0]);
  const news = (from: Breaker, kind: Failed["kind"]) => failing(from, { kind }).news;
  expect([news(transient, "transient"), news(transient, "billing"), news(transient, "request")]).toEqual([false, true, false]);
  const billing = failing(transient, { kind: "billing" }).breaker;
  expect(failing(billing, { kind: "transient" })).toEqual({ breaker: billing, news: false });
  expect(failing(billing, { kind: "auth" })).toMatchObject({ breaker: { kind: "auth", untilMs: null }, news: true });
  expect(afterAnswer(billing, now, false)).toEqual(billing);
});

it("the probe decides: an answer closes it, a failure opens it again without news, a request failure leaves the next probe free", () => {
  const half: Breaker = { ...after([0, 0, 0, 0, 0]), state: "half_open" };
  const later = now + minute;
  expect(afterAnswer(half, later, true)).toEqual(closedBreaker);
  expect(failing(half, { kind: "transient" }, later, { ofProbe: true })).toMatchObject({ breaker: { state: "open", step: 1, untilMs: later + minute }, news: false });
  expect(failing(half, { kind: "billing" }, later, { ofProbe: true })).toMatchObject({ breaker: { kind: "billing", step: 0 }, news: true });
  expect(failing(half, { kind: "request" }, later, { ofProbe: true })).toMatchObject({ breaker: { state: "open", untilMs: later }, news: false });
});

it("a clock that went back by a year keeps it open no longer than from now on", () => {
  const open = failing(closedBreaker, { kind: "limit", retryAt: now + 5 * minute }).breaker;
  expect(anchored(open, now + minute)).toEqual(open);
  const back = now - 365 * 24 * 60 * minute;
  expect(anchored(open, back)).toMatchObject({ openedMs: back, untilMs: back + 5 * minute });
});
