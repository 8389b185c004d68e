import { UserError } from "@paios/shared/errors";
import { seededRandom } from "@paios/shared/testing/random";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { Brain, BrainRequest } from "../brain.ts";
import { BrainFailure, type FailureKind } from "../failure.ts";
import { readBreaker } from "./breaker.ts";
import { dispatch } from "./dispatch.ts";
import { countPlaces, takePlace } from "./lease.ts";
import { brainStates } from "./state.ts";
import { answerOf, answers, brainOf, fails, inTurn, requestOf, rig } from "./testing/rig.ts";

const keyOf = (brain: Brain, model?: string) => ({ provider: brain.provider, credential: brain.credential(), pool: brain.pool(model) });

/** The text of a rejection's UserError, with its code. */
async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.then(() => undefined, (error: unknown) => error);
  return error instanceof UserError ? `${error.code}: ${error.message}` : String(error);
}

it("SDK-02 the chosen brain is first; a failover goes by the configured order, is told, and is seen in the trace", async () => {
  using folder = temporaryFolder();
  using all = rig(folder.path);
  const brains = [brainOf("claude", answers), brainOf("codex", fails("auth")), brainOf("gemini", answers)];
  const request = requestOf({ model: "gpt-9" });
  const done = await dispatch(brains, request, { board: all.board, chosen: "codex" });
  expect(done).toMatchObject({ brain: "claude", result: { text: "done" } });
  expect(done.attempts).toEqual([{ brain: "codex", kind: "auth", ms: expect.any(Number) as number }, { brain: "claude", way: "http", ms: expect.any(Number) as number }]);
  expect(brains.map(({ asked }) => asked.map(({ model }) => model))).toEqual([[undefined], ["gpt-9"], []]);
  expect(request.heard).toEqual([{ kind: "progress", message: "Codex cannot do this now; Claude takes over." }]);
  const [codex, failover, claude, whole] = all.events;
  expect([codex, failover, claude, whole].map((event) => [event?.action, event?.status, event?.parentId === whole?.spanId])).toEqual([
    ["invoke_agent codex", "error", true], ["failover", "ok", true], ["invoke_agent claude", "ok", true], ["dispatch", "ok", false],
  ]);
  expect(codex?.metadata).toMatchObject({ "error.type": "auth", "gen_ai.provider.name": "provider of codex", "gen_ai.request.model": "gpt-9" });
  expect(failover?.metadata).toEqual({ from: "codex", to: "claude", kind: "auth" });
  expect(claude?.metadata).toMatchObject({ "gen_ai.response.model": "model-1", "gen_ai.usage.input_tokens": 10, "gen_ai.usage.output_tokens": 5, "paios.brain.way": "http" });
  expect(whole?.metadata).toMatchObject({ "paios.brain.chosen": "codex", "paios.brain.answered": "claude", "paios.brain.attempts": 2 });
});

describe("INTEG-02 what is asked again, and of whom", () => {
  it.each<[FailureKind, number]>([["transient", 2], ["billing", 1], ["limit", 1], ["auth", 1], ["unavailable", 1], ["unknown", 1]])("%s: the brain is asked %i times, then the next", async (kind, times) => {
    using folder = temporaryFolder();
    using all = rig(folder.path);
    const brains = [brainOf("claude", fails(kind)), brainOf("codex", answers)];
    const { brain } = await dispatch(brains, requestOf(), { board: all.board, chosen: "claude" });
    expect([brain, brains.map(({ asked }) => asked.length)]).toEqual(["codex", [times, 1]]);
    expect(all.clock.waits.length).toBe(times - 1);
  });

  it("bad input is returned at once, and nobody else is asked", async () => {
    using folder = temporaryFolder();
    using all = rig(folder.path);
    const brains = [brainOf("claude", fails("request")), brainOf("codex", answers)];
    expect(await refusal(dispatch(brains, requestOf(), { board: all.board, chosen: "claude" }))).toBe("bad_input: It failed: request.");
    expect(brains.map(({ asked }) => asked.length)).toEqual([1, 0]);
  });

  it("a transient failure waits with back-off and jitter, or as long as the provider said, but not 10 s", async () => {
    using folder = temporaryFolder();
    using all = rig(folder.path);
    const { board, clock } = all;
    const asked = async (retryAt?: number) => {
      clock.waits.length = 0;
      const brains = [brainOf("claude", inTurn(fails("transient", { retryAt }), answers)), brainOf("codex", answers)];
      return [(await dispatch(brains, requestOf(), { board, chosen: "claude" })).brain, ...clock.waits];
    };
    expect(await asked()).toEqual(["claude", 1_000]);
    clock.random = () => 0.9;
    expect(await asked()).toEqual(["claude", 1_400]);
    expect(await asked(clock.time + 7_000)).toEqual(["claude", 7_000]);
    expect(await asked(clock.time + 46_000)).toEqual(["codex"]);
  });

  it("alone it is asked four times; pinned to the chosen one, too", async () => {
    using folder = temporaryFolder();
    using all = rig(folder.path);
    const claude = brainOf("claude", fails("transient"));
    const codex = brainOf("codex", answers);
    expect(await refusal(dispatch([claude, codex], requestOf(), { board: all.board, chosen: "claude", failovers: 0 }))).toBe("unavailable: No brain could do this task. It failed: transient. Ask again later, or choose another brain.");
    expect([claude.asked.length, codex.asked.length]).toEqual([4, 0]);
  });

  it("at most two others are asked", async () => {
    using folder = temporaryFolder();
    using all = rig(folder.path);
    const brains = (["claude", "codex", "gemini", "local"] as const).map((name) => brainOf(name, fails("unknown")));
    expect(await refusal(dispatch(brains, requestOf(), { board: all.board, chosen: "claude" }))).toMatch(/^unavailable: /);
    expect(brains.map(({ asked }) => asked.length)).toEqual([1, 1, 1, 0]);
  });

  it("the Gateway is not asked again, nor anyone else, once it may have begun", async () => {
    using folder = temporaryFolder();
    using all = rig(folder.path);
    const told = "unavailable: The Gateway took this task and then failed, so it was not given to anyone again: it may be done. Check that before you ask again.";
    const begin = (request: BrainRequest) => {
      request.onEvent({ kind: "tool", name: "send", state: "begun" });
      return fails("limit")();
    };
    const began = brainOf("gateway", begin, { credential: () => "first" });
    for (const gateway of [began, brainOf("gateway", fails("transient"))]) {
      const codex = brainOf("codex", answers);
      expect(await refusal(dispatch([gateway, codex], requestOf(), { board: all.board, chosen: "gateway" }))).toBe(told);
      expect([gateway.asked.length, codex.asked.length]).toEqual([1, 0]);
    }
    const unreached = brainOf("gateway", fails("transient", { otherWay: true }), { credential: () => "another" });
    expect((await dispatch([unreached, brainOf("codex", answers)], requestOf(), { board: all.board, chosen: "gateway" })).brain).toBe("codex");
  });
});

describe("who can do the task", () => {
  const picture = { path: "/tmp/a.png", name: "a.png", mimeType: "image/png", bytes: 1 };
  const text = { attachments: ["text/"], folder: false };

  it("LOG-15 a brain that cannot see the folder or take the file is passed over; when none can, that is said before a run", async () => {
    using folder = temporaryFolder();
    using all = rig(folder.path);
    const { board } = all;
    const local = brainOf("local", answers, { abilities: text });
    const claude = brainOf("claude", answers);
    for (const needs of [{ cwd: folder.path }, { attachments: [picture] }]) {
      expect((await dispatch([local, claude], requestOf(needs), { board, chosen: "local" })).brain).toBe("claude");
      expect(await refusal(dispatch([local, claude], requestOf(needs), { board, chosen: "local", failovers: 0 }))).toMatch(/^bad_input: No brain that may be asked can do this: The local brain cannot (see a folder|take an attachment of this type)\. /);
    }
    expect(local.asked).toEqual([]);
    expect((await dispatch([local, claude], requestOf({ attachments: [{ ...picture, mimeType: "text/plain" }] }), { board, chosen: "local" })).brain).toBe("local");
  });

  it("an unknown brain and a chain of brains that is too long are refused", async () => {
    using folder = temporaryFolder();
    using all = rig(folder.path);
    const { board } = all;
    const claude = brainOf("claude", answers);
    expect(await refusal(dispatch([claude], requestOf(), { board, chosen: "codex" }))).toBe('bad_input: The brain "codex" is not configured. Choose one of: claude.');
    expect(await refusal(dispatch([claude], requestOf({ depth: 2 }), { board, chosen: "claude" }))).toMatch(/^refused: Brains have asked each other 2 times/);
    expect((await dispatch([claude], requestOf({ depth: 1 }), { board, chosen: "claude" })).brain).toBe("claude");
  });

  it("one that is not installed is passed over and named when nobody is left", async () => {
    using folder = temporaryFolder();
    using all = rig(folder.path);
    const missing = brainOf("codex", answers, { available: async () => ({ ok: false, reason: "Codex is not installed" }) });
    expect((await dispatch([missing, brainOf("claude", answers)], requestOf(), { board: all.board, chosen: "codex" })).attempts.map(({ brain, kind }) => [brain, kind])).toEqual([["codex", "unavailable"], ["claude", undefined]]);
    expect(await refusal(dispatch([missing], requestOf(), { board: all.board, chosen: "codex" }))).toBe("unavailable: No brain could do this task. Codex is not installed. Ask again later, or choose another brain.");
  });

  it("one whose credential cannot be read is passed over, and harms nobody else", async () => {
    using folder = temporaryFolder();
    using all = rig(folder.path);
    const { board } = all;
    const broken = brainOf("gemini", answers, { credential: () => { throw new UserError("config", "There is no key named mine."); } });
    expect((await dispatch([broken, brainOf("claude", answers)], requestOf(), { board, chosen: "claude" })).brain).toBe("claude");
    expect((await dispatch([broken, brainOf("claude", answers)], requestOf(), { board, chosen: "gemini" })).brain).toBe("claude");
    expect(await refusal(dispatch([broken], requestOf(), { board, chosen: "gemini" }))).toMatch(/^unavailable: No brain could do this task\. There is no key named mine\./);
    expect(await brainStates(board, [broken])).toMatchObject([{ reachable: false, reason: "There is no key named mine." }]);
    expect(broken.asked).toEqual([]);
  });

  it("a brain that another one asked gives up on a full one and goes on to the next", async () => {
    using folder = temporaryFolder();
    using all = rig(folder.path, { limits: { claude: 1 } });
    const held = await takePlace(all.board, "claude");
    expect((await dispatch([brainOf("claude", answers), brainOf("codex", answers)], requestOf({ depth: 1 }), { board: all.board, chosen: "claude" })).brain).toBe("codex");
    held?.release();
  });
});

describe("LOG-06 each kind of failure: the breaker's state, and what the next asker is told", () => {
  const at = Date.parse("2026-03-02T10:00:00");
  it.each<[FailureKind, BrainFailure["facts"], number, string, string]>([
    ["billing", {}, 1, "open billing", "Claude has no credit left and is tried again at 10:15 (in 15 min)."],
    ["billing", { retryAt: at + 86_400_000 }, 1, "open billing", "Claude has no credit left and is tried again at 2026-03-03 10:00 (in 24 h)."],
    ["limit", { retryAt: at + 5 * 3_600_000 }, 1, "open limit", "Claude has used up its limit and is back at 15:00 (in 5 h)."],
    ["auth", {}, 1, "open auth", "Claude needs a new login or key."],
    ["transient", { retryAt: at + 75_000 }, 1, "open transient", "Claude does not answer at present and is tried again at 10:01 (in 75 s)."],
    ["unknown", {}, 1, "closed ", "It failed: unknown."],
    ["unknown", { retryAt: at + 80_000 }, 5, "open transient", "Claude does not answer at present and is tried again at 10:01 (in 80 s)."],
    ["unavailable", {}, 9, "closed ", "It failed: unavailable."],
  ])("%s %o, %i times: %s", async (kind, facts, times, state, told) => {
    using folder = temporaryFolder();
    using all = rig(folder.path);
    const claude = brainOf("claude", fails(kind, facts));
    const ask = () => refusal(dispatch([claude], requestOf(), { board: all.board, chosen: "claude" }));
    // Never waited for here: the retries' and the probe's time does not come.
    all.clock.wait = () => Promise.reject(new Error("waited"));
    for (let n = 0; n < times; n++) await ask();
    const { state: is, kind: why } = readBreaker(all.board, keyOf(claude));
    expect(`${is} ${why}`).toBe(state);
    expect(await ask()).toBe(`unavailable: No brain could do this task. ${told} Ask again later, or choose another brain.`);
    expect(claude.asked.length).toBe(state.startsWith("open") ? times : times + 1);
    expect(all.openings.length).toBe(state.startsWith("open") ? 1 : 0);
  });
});

describe("when all are blocked", () => {
  it("waits for one that reopens within 60 s, and not when the caller's time is shorter", async () => {
    using folder = temporaryFolder();
    using all = rig(folder.path);
    const { board, clock } = all;
    const claude = brainOf("claude", inTurn(fails("limit", { retryAt: clock.time + 45_000 }), fails("limit", { retryAt: clock.time + 45_000 }), answers));
    expect(await refusal(dispatch([claude], requestOf(), { board, chosen: "claude" }))).toMatch(/^unavailable: No brain could do this task\. It failed: limit\./);
    expect(await refusal(dispatch([claude], requestOf(), { board, chosen: "claude", timeoutMs: 44_000 }))).toMatch(/is back at 10:00 \(in 45 s\)/);
    const request = requestOf();
    const waiting = brainOf("claude", answers);
    expect((await dispatch([waiting], request, { board, chosen: "claude" })).result.text).toBe("done");
    expect(clock.waits).toEqual([45_000]);
    expect(request.heard).toEqual([{ kind: "progress", message: "No brain can be asked at once; waiting 45 s for one that can." }]);
    expect(readBreaker(board, keyOf(waiting)).state).toBe("closed");
  });

  it("does not wait for 61 s", async () => {
    using folder = temporaryFolder();
    using all = rig(folder.path);
    const claude = brainOf("claude", fails("transient", { retryAt: all.clock.time + 61_000 }));
    expect(await refusal(dispatch([claude], requestOf(), { board: all.board, chosen: "claude" }))).toMatch(/is tried again at 10:01 \(in 61 s\)/);
    expect(all.clock.waits).toEqual([]);
  });
});

it("an abort ends the run with the signal's reason, opens nothing and leaves no place taken", async () => {
  using folder = temporaryFolder();
  using all = rig(folder.path);
  const abort = new AbortController();
  const claude = brainOf("claude", ({ signal }) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(new BrainFailure("transient", "It was cut off.")))));
  const asked = dispatch([claude], requestOf({ signal: abort.signal }), { board: all.board, chosen: "claude" });
  setTimeout(() => abort.abort(new Error("enough")), 20);
  await expect(asked).rejects.toThrow("enough");
  expect([readBreaker(all.board, keyOf(claude)).recent, countPlaces(all.board, "claude")]).toEqual([[], { running: 0, waiting: 0 }]);
  expect(await refusal(dispatch([claude], requestOf(), { board: all.board, chosen: "claude", timeoutMs: 30 }))).toMatch(/^timed_out: The task took longer than 0\.03 s/);
  // Whether the brain or the limit was too slow is not known.
  expect(readBreaker(all.board, keyOf(claude)).recent).toEqual([]);
});

it("a brain that ignores its abort, or hangs before it can be reached, holds nobody up", async () => {
  using folder = temporaryFolder();
  using all = rig(folder.path);
  const { board } = all;
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const deaf = brainOf("claude", () => new Promise(() => {}));
  const asked = refusal(dispatch([deaf], requestOf(), { board, chosen: "claude", timeoutMs: 1_000 }));
  const settled = vi.fn();
  void asked.then(settled);
  await vi.advanceTimersByTimeAsync(6_900);
  expect(settled).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(200);
  expect(await asked).toMatch(/^timed_out: /);
  expect(countPlaces(board, "claude")).toEqual({ running: 0, waiting: 0 });
  const hanging = brainOf("codex", answers, { available: () => new Promise(() => {}) });
  const other = dispatch([hanging, brainOf("gemini", answers)], requestOf(), { board, chosen: "codex" });
  await vi.advanceTimersByTimeAsync(5_000);
  expect((await other).brain).toBe("gemini");
});

it("a probe that ran out of time opens the breaker again", async () => {
  using folder = temporaryFolder();
  using all = rig(folder.path);
  const { board, clock } = all;
  const hangs = brainOf("claude", inTurn(fails("limit", { retryAt: clock.time + 1_000 }), ({ signal }) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error)))));
  await refusal(dispatch([hangs], requestOf(), { board, chosen: "claude", timeoutMs: 500 }));
  clock.time += 1_000;
  expect(await refusal(dispatch([hangs], requestOf(), { board, chosen: "claude", timeoutMs: 30 }))).toMatch(/^timed_out/);
  expect(readBreaker(board, keyOf(hangs))).toMatchObject({ state: "open", kind: "transient", error: "Claude did not answer in time" });
});

it("a run that passes the cap of its task is ended and says so", async () => {
  using folder = temporaryFolder();
  using all = rig(folder.path, { cap: { taskMicros: 1_000_000 } });
  let ended = false;
  const claude = brainOf("claude", ({ signal, onEvent }) =>
    new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject((ended = true, signal.reason as Error)));
      onEvent({ kind: "usage", usage: { inputTokens: 1, outputTokens: 1, cachedTokens: 0, costMicros: 1_200_000 } });
    }));
  const codex = brainOf("codex", answers);
  expect(await refusal(dispatch([claude, codex], requestOf(), { board: all.board, chosen: "claude" }))).toMatch(/^refused: The spending cap of \$1\.00 a task would be passed/);
  expect([ended, codex.asked.length]).toEqual([true, 0]);
  expect((await brainStates(all.board, [claude]))[0]?.spentTodayMicros).toBe(1_200_000);
});

it("the state of each brain: reachable, breaker, limit, in flight, waiting, last error, spent today", async () => {
  using folder = temporaryFolder();
  using all = rig(folder.path, { limits: { claude: 2 } });
  const { board, clock } = all;
  const until = clock.time + 600_000;
  const claude = brainOf("claude", inTurn(async () => answerOf("done", 250_000), fails("limit", { retryAt: until })), { pool: (model) => model ?? "sonnet" });
  const codex = brainOf("codex", answers, { available: async () => ({ ok: false, reason: "Codex is not installed" }) });
  await dispatch([claude], requestOf(), { board, chosen: "claude" });
  await refusal(dispatch([claude], requestOf({ model: "opus" }), { board, chosen: "claude" }));
  const held = await takePlace(board, "claude");
  const before = board.database.prepare("SELECT total_changes() AS changes").get();
  expect(await brainStates(board, [claude, codex])).toEqual([
    {
      brain: "claude", provider: "provider of claude", reachable: true, breaker: { pool: "sonnet", state: "closed" }, otherBreakers: [{ pool: "opus", state: "open", kind: "limit", until }],
      limit: 2, inFlight: 1, waiting: 0, lastError: { message: "It failed: limit.", time: clock.time }, spentTodayMicros: 250_000,
    },
    { brain: "codex", provider: "provider of codex", reachable: false, reason: "Codex is not installed", breaker: { pool: "default", state: "closed" }, otherBreakers: [], limit: 3, inFlight: 0, waiting: 0, spentTodayMicros: 0 },
  ]);
  expect(board.database.prepare("SELECT total_changes() AS changes").get()).toEqual(before);
  held?.release();
});

describe("INTEG-01 of 500 calls under 20 % transient faults at least 99 % succeed", () => {
  it.each([["with three brains", ["claude", "codex", "gemini"]], ["with one", ["claude"]]] as const)("%s", async (_, names) => {
    using folder = temporaryFolder();
    using all = rig(folder.path);
    const random = seededRandom(7);
    const brains = names.map((name) => brainOf(name, () => (random.below(100) < 20 ? fails("transient")() : answers())));
    let succeeded = 0;
    for (let n = 0; n < 500; n++) {
      all.clock.time += 2_000;
      succeeded += await dispatch(brains, requestOf(), { board: all.board, chosen: "claude" }).then(() => 1, () => 0);
    }
    const asked = brains.reduce((sum, brain) => sum + brain.asked.length, 0);
    expect(asked).toBeGreaterThan(580);
    expect(succeeded).toBeGreaterThanOrEqual(495);
  });
});
