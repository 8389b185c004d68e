import { readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrainName } from "@paios/brains/brain";
import { BrainFailure } from "@paios/brains/failure";
import { startMockModels, turnRequest } from "@paios/shared/testing/mock-models";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { afterAll, describe, expect, it, vi } from "vitest";
import { startFaultyModel } from "./fakes/faulty-model.ts";
import { brainRig, request } from "./rig.ts";

const ways: { name: BrainName; way: string; model: string }[] = [
  { name: "claude", way: "sdk", model: "claude-opus-5-5" },
  { name: "claude", way: "cli", model: "claude-opus-5-5" },
  { name: "codex", way: "app-server", model: "mock-model" },
  { name: "codex", way: "exec", model: "mock-model" },
];

// A folder for scratch files of its own: other tests, which run beside these, ask brains too.
const scratch = temporaryFolder();
vi.stubEnv("TMPDIR", scratch.path);
afterAll(() => {
  vi.unstubAllEnvs();
  scratch[Symbol.dispose]();
});

describe.each(ways)("$name by $way", ({ name, way, model }) => {
  it("SDK-01 gives the same shape, streams text and usage, and leaves nothing", async () => {
    const mock = await startMockModels([{ text: "Forty-two ducks." }]);
    using rig = await brainRig(mock);
    const { request: asked, events } = request("How many ducks?", { cwd: `${rig.folder}/work` });
    const set = name === "codex" ? { model } : {};
    const result = await rig.brain(name, { ways: [way], ...set }).run(asked);
    expect(result).toEqual({
      text: "Forty-two ducks.",
      model,
      way,
      usage: { inputTokens: 10, outputTokens: 5, cachedTokens: 0, ...(name === "claude" && { costMicros: expect.any(Number) as number }) },
      sessionId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    });
    expect(events.filter(({ kind }) => kind === "text").map((event) => ("text" in event ? event.text : "")).join("")).toBe("Forty-two ducks.");
    expect(events.findLast(({ kind }) => kind === "usage")).toEqual({ kind: "usage", usage: result.usage });
    expect({ left: rig.left(), outside: mock.outside }).toEqual({ left: [], outside: [] });
    await mock.close();
  });

  it.each([{ size: 10_000, whole: true }, { size: 1_000_000, whole: true }, { size: 10_000_000, whole: false }])("SDK-07 INTEG-04 takes a task of $size bytes, none of it by argv, and leaves no file", async ({ size, whole }) => {
    const mock = await startMockModels([{ text: "Read." }]);
    using rig = await brainRig(mock);
    const before = scratchFolders();
    const task = "The duck said so.\n".repeat(size / 18);
    const { request: asked } = request(task, { cwd: `${rig.folder}/work` });
    expect((await rig.brain(name, { ways: [way] }).run(asked)).text).toBe("Read.");
    const sent = JSON.stringify(turnRequest(mock.requests, 0).body);
    expect(sent.length > size).toBe(whole);
    expect(/The task is \d+ characters, too long for one message/.test(sent)).toBe(!whole);
    expect({ left: rig.left(), folders: scratchFolders() }).toEqual({ left: [], folders: before });
    await mock.close();
  });

  it.each([{ fault: "hang" as const, what: "its model hangs" }, { fault: { command: "tail -f /dev/null & setsid tail -f /dev/null & tail -f /dev/null" }, what: "its shell hangs" }])("SDK-06 INTEG-05 ends within 5 s of an abort when $what, children included", async ({ fault }) => {
    const model = await startFaultyModel(fault);
    using rig = await brainRig(model);
    const controller = new AbortController();
    const { request: asked } = request("Wait", { cwd: `${rig.folder}/work`, signal: controller.signal });
    const running = rig.brain(name, { ways: [way] }).run(asked);
    running.catch(() => {});
    await model.asked;
    // Claude by its command line has no shell: there the model is only asked again.
    if (fault !== "hang" && way !== "cli") await expect.poll(() => rig.left().filter((command) => command.startsWith("tail -f")).length, { timeout: 20_000 }).toBe(3);
    const started = Date.now();
    controller.abort(new Error("enough"));
    await expect(running).rejects.toThrow("enough");
    expect(Date.now() - started).toBeLessThan(5_000);
    expect(rig.left()).toEqual([]);
    await model.close();
  });

  it("SDK-05 leaves no orphan in ten runs in a row", async () => {
    const mock = await startMockModels(Array.from({ length: 10 }, () => ({ text: "Again." })));
    using rig = await brainRig(mock);
    for (let run = 0; run < 10; run++) {
      await rig.brain(name, { ways: [way] }).run(request("Say it again").request);
      expect(rig.left()).toEqual([]);
    }
    await mock.close();
  });
});

describe.each(ways)("a failure of $name by $way", ({ name, way }) => {
  const anthropic = (type: string, message: string) => ({ type: "error", error: { type, message } });
  const openai = (code: string, message: string) => ({ error: { type: code, code, message, param: null } });
  const faults: Record<string, { status: number; body: object; headers?: Record<string, string>; kind: string }[]> = {
    claude: [
      { status: 400, body: anthropic("invalid_request_error", "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing."), kind: "billing" },
      { status: 402, body: anthropic("billing_error", "There is an issue with your billing."), kind: "billing" },
      { status: 401, body: anthropic("authentication_error", "invalid x-api-key"), kind: "auth" },
      { status: 429, body: anthropic("rate_limit_error", "Too many requests."), headers: { "retry-after": "1" }, kind: "transient" },
      { status: 529, body: anthropic("overloaded_error", "Overloaded"), kind: "transient" },
    ],
    codex: [
      { status: 429, body: openai("insufficient_quota", "You exceeded your current quota."), kind: "billing" },
      { status: 429, body: { error: { type: "usage_limit_reached", message: "The usage limit has been reached", plan_type: "plus", resets_in_seconds: 7200 } }, kind: "limit" },
      { status: 402, body: openai("billing", "Payment required"), kind: "billing" },
      { status: 401, body: openai("invalid_api_key", "Incorrect API key provided"), kind: "auth" },
      { status: 500, body: openai("server_error", "Oops"), kind: "transient" },
    ],
  };

  it.each(faults[name] ?? [])("LOG-06 a $status is recognised as $kind, in our words", async ({ kind, ...fault }) => {
    const model = await startFaultyModel(fault);
    using rig = await brainRig(model);
    const failure = await rig.brain(name, { ways: [way] }).run(request("Hello").request).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(BrainFailure);
    expect({ kind: (failure as BrainFailure).kind, cause: ((failure as BrainFailure).cause as Error | undefined)?.message }).toMatchObject({ kind });
    expect((failure as BrainFailure).message).not.toMatch(/Plans|Oops|quota|Payment/);
    expect(rig.left()).toEqual([]);
    await model.close();
  });
});

function scratchFolders(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith("paios-brain-"));
}

describe("the second way", () => {
  it("SDK-02 steps in when the first cannot begin, and not when it began and failed", async () => {
    const mock = await startMockModels([{ text: "By the second way." }]);
    using rig = await brainRig(mock);
    // A Codex too old to have an app-server.
    const old = join(rig.folder, "old-codex");
    writeFileSync(old, '#!/bin/sh\nif [ "$1" = app-server ]; then echo "error: unrecognized subcommand" >&2; exit 2; fi\nexec codex "$@"\n', { mode: 0o755 });
    const { request: asked, events } = request("Hello");
    expect(await rig.brain("codex", { command: old }).run(asked)).toMatchObject({ text: "By the second way.", way: "exec" });
    expect(events[0]).toEqual({ kind: "progress", message: "Codex could not begin by app-server; exec is used." });
    await mock.close();

    const model = await startFaultyModel({ status: 401, body: { error: { type: "invalid_api_key", code: "invalid_api_key", message: "Incorrect API key provided" } } });
    using other = await brainRig(model);
    const failure = await other.brain("codex").run(request("Hello").request).catch((error: unknown) => error);
    expect({ kind: (failure as BrainFailure).kind, asked: model.requests.length }).toEqual({ kind: "auth", asked: 1 });
    await model.close();
  });

  it("is not installed: says so before it is asked", async () => {
    const mock = await startMockModels([]);
    using rig = await brainRig(mock);
    const missing = rig.brain("claude", { command: "no-such-claude" });
    expect(await missing.available()).toEqual({ ok: false, reason: "The program no-such-claude was not found. Install Claude Code, or set brains.claude.command in paios.json." });
    expect(await missing.run(request("Hello").request).catch((error: unknown) => (error as BrainFailure).kind)).toBe("unavailable");
    await mock.close();
  });
});
