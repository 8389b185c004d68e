import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Brain, BrainName } from "@paios/brains/brain";
import { makeBrains } from "@paios/brains/engines";
import type { BrainFailure } from "@paios/brains/failure";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { describe, expect, it } from "vitest";
import { events, json, startHttpFake } from "./fakes/http-models.ts";
import { request } from "./rig.ts";

const key = "a-dummy-for-tests";

function brainIn(home: string, name: BrainName, settings: object): Brain {
  writeFileSync(join(home, "auth-profiles.json"), JSON.stringify({ profiles: { mine: { key } } }), { mode: 0o600 });
  const found = makeBrains({ [name]: settings }, {}, home).find((brain) => brain.name === name);
  if (!found) throw new Error(`There is no brain ${name}`);
  return found;
}

function picture(folder: string) {
  const path = join(folder, "dot.png");
  writeFileSync(path, Buffer.from([1, 2, 3]));
  const text = join(folder, "notes.txt");
  writeFileSync(text, "Ducks: 42");
  return [
    { path, name: "dot.png", mimeType: "image/png", bytes: 3 },
    { path: text, name: "notes.txt", mimeType: "text/plain", bytes: 9 },
  ];
}

const failureOf = (running: Promise<unknown>) => running.then(() => undefined, (error: unknown) => error as BrainFailure);

describe("the local brain", () => {
  const chunk = (content: string, more: object = {}) => ({ id: "c", object: "chat.completion.chunk", model: "tiny", choices: [{ index: 0, delta: { content }, finish_reason: null, ...more }] });
  const usage = { choices: [], usage: { prompt_tokens: 11, completion_tokens: 3, total_tokens: 14, prompt_tokens_details: { cached_tokens: 4 } } };

  it("streams from llama.cpp's and Ollama's interface, pictures inline, the first model where none is set", async () => {
    using home = temporaryFolder();
    const fake = await startHttpFake(({ path }, response) => {
      if (path === "/v1/models") json(response, 200, { object: "list", data: [{ id: "tiny", object: "model" }] });
      else events(response, [chunk("Forty"), chunk("-two"), chunk("", { finish_reason: "stop" }), usage, "[DONE]"]);
    });
    const brain = brainIn(home.path, "local", { url: `${fake.url}/v1`, profile: "mine" });
    const { request: asked, events: heard } = request("How many?", { attachments: picture(home.path) });
    expect(await brain.available()).toEqual({ ok: true });
    expect(await brain.run(asked)).toEqual({ text: "Forty-two", model: "tiny", way: "http", usage: { inputTokens: 11, outputTokens: 3, cachedTokens: 4 } });
    expect(heard.flatMap((event) => ("text" in event ? [event.text] : []))).toEqual(["Forty", "-two"]);
    const call = fake.calls.at(-1);
    expect({ path: call?.path, authorization: call?.headers.authorization, model: call?.body["model"], stream: call?.body["stream"] }).toEqual({ path: "/v1/chat/completions", authorization: `Bearer ${key}`, model: "tiny", stream: true });
    expect(JSON.stringify(call?.body["messages"])).toContain("data:image/png;base64,AQID");
    expect(JSON.stringify(call?.body["messages"])).toContain("Ducks: 42");
    await fake.close();
  });

  it("names a cut stream, a model that is loading, an error in the stream, and nobody there", async () => {
    using home = temporaryFolder();
    const answers = ["cut", "loading", "error", "short"];
    const fake = await startHttpFake((_, response) => {
      const next = answers.shift();
      if (next === "cut") events(response, [chunk("For")], true);
      else if (next === "loading") json(response, 503, { error: { code: 503, message: "Loading model", type: "unavailable_error" } });
      else if (next === "error") events(response, [{ error: { message: "the request exceeds the available context size", type: "invalid_request_error", code: 400 } }]);
      else events(response, [chunk("For")]);
    });
    const brain = brainIn(home.path, "local", { url: `${fake.url}/v1`, model: "tiny" });
    const kinds = [];
    for (let n = 0; n < 4; n++) kinds.push((await failureOf(brain.run(request("x").request)))?.kind);
    await fake.close();
    kinds.push((await failureOf(brain.run(request("x").request)))?.kind);
    expect(kinds).toEqual(["transient", "transient", "request", "transient", "transient"]);
    expect(await brain.available()).toMatchObject({ ok: false });
  });

  it("SDK-06 ends at once when it is aborted", async () => {
    using home = temporaryFolder();
    const fake = await startHttpFake(() => {});
    const running = brainIn(home.path, "local", { url: `${fake.url}/v1`, model: "tiny" }).run(request("x", { signal: AbortSignal.timeout(50) }).request);
    await expect(running).rejects.toThrow("aborted due to timeout");
    await fake.close();
  });
});

describe("Gemini", () => {
  const part = (text: string, more: object = {}) => ({ candidates: [{ content: { role: "model", parts: [{ text, ...more }] } }], modelVersion: "gemini-test-001" });
  const last = { candidates: [{ content: { parts: [{ text: "cat." }] }, finishReason: "STOP" }], usageMetadata: { promptTokenCount: 20, candidatesTokenCount: 5, thoughtsTokenCount: 7, cachedContentTokenCount: 2, totalTokenCount: 32 } };

  it("sees a picture, streams its words without its thoughts, and counts them", async () => {
    using home = temporaryFolder();
    const fake = await startHttpFake((_, response) => events(response, [part("Let me see", { thought: true }), part("A "), last]));
    const brain = brainIn(home.path, "gemini", { url: fake.url, model: "gemini-test", profile: "mine" });
    const result = await brain.run(request("What is it?", { attachments: picture(home.path) }).request);
    expect(result).toEqual({ text: "A cat.", model: "gemini-test-001", way: "http", usage: { inputTokens: 20, outputTokens: 12, cachedTokens: 2 } });
    const call = fake.calls[0];
    expect({ path: call?.path, key: call?.headers["x-goog-api-key"] }).toEqual({ path: "/v1beta/models/gemini-test:streamGenerateContent?alt=sse", key });
    expect(call?.body["contents"]).toMatchObject([{ role: "user", parts: [{ inline_data: { mime_type: "image/png", data: "AQID" } }, { text: expect.stringContaining("Ducks: 42") as string }] }]);
    await fake.close();
  });

  it("LOG-06 tells a used-up quota, a wrong key and a refused task apart, and needs a key", async () => {
    using home = temporaryFolder();
    const answers = [
      { status: 429, body: { error: { code: 429, status: "RESOURCE_EXHAUSTED", message: "Quota", details: [{ violations: [{ quotaId: "RequestsPerDayPerProject" }] }] } } },
      { status: 400, body: { error: { code: 400, status: "INVALID_ARGUMENT", message: "API key not valid. Please pass a valid API key.", details: [{ reason: "API_KEY_INVALID" }] } } },
    ];
    const fake = await startHttpFake((_, response) => {
      const next = answers.shift();
      if (next) json(response, next.status, next.body);
      else events(response, [{ promptFeedback: { blockReason: "SAFETY" } }]);
    });
    const brain = brainIn(home.path, "gemini", { url: fake.url, profile: "mine" });
    const kinds = [];
    for (let n = 0; n < 3; n++) kinds.push((await failureOf(brain.run(request("x").request)))?.kind);
    expect(kinds).toEqual(["limit", "auth", "request"]);
    const keyless = brainIn(home.path, "gemini", { url: fake.url });
    expect([await keyless.available(), (await failureOf(keyless.run(request("x").request)))?.kind]).toEqual([expect.objectContaining({ ok: false }), "unavailable"]);
    expect(brain.credential()).not.toContain(key);
    await fake.close();
  });

  it("refuses more than 15 MB beside the text before it asks", async () => {
    using home = temporaryFolder();
    const fake = await startHttpFake((_, response) => events(response, [last]));
    const path = join(home.path, "big.png");
    writeFileSync(path, Buffer.alloc(15 * 1024 * 1024 + 1));
    const brain = brainIn(home.path, "gemini", { url: fake.url, profile: "mine" });
    const failure = await failureOf(brain.run(request("x", { attachments: [{ path, name: "big.png", mimeType: "image/png", bytes: 0 }] }).request));
    expect({ kind: failure?.kind, calls: fake.calls.length }).toEqual({ kind: "request", calls: 0 });
    await fake.close();
  });
});

describe("the Gateway", () => {
  const done = { ok: true, runId: "run-1", completion: { status: "ok", replyDisposition: "visible", delivered: false } };

  it("runs an agent turn once, with a key of its own, and waits for its end", async () => {
    using home = temporaryFolder();
    const fake = await startHttpFake(({ path }, response) => (path === "/healthz" ? json(response, 200, { ok: true }) : json(response, 200, done)));
    const brain = brainIn(home.path, "gateway", { url: fake.url, profile: "mine", agent: "main" });
    expect(await brain.available()).toEqual({ ok: true });
    const result = await brain.run(request("Remind me").request);
    expect(result).toMatchObject({ text: expect.stringContaining("has done the task") as string, way: "http", sessionId: "run-1" });
    const call = fake.calls.at(-1);
    expect({ path: call?.path, authorization: call?.headers.authorization, key: call?.headers["idempotency-key"], body: call?.body }).toEqual({
      path: "/hooks/agent",
      authorization: `Bearer ${key}`,
      key: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      body: { message: "Remind me", name: "PAIOS", deliver: false, waitForCompletion: true, agentId: "main" },
    });
    await fake.close();
  });

  it.each([
    { name: "the connection breaks after it was asked", status: 0, kind: "request" },
    { name: "it ends without a word of completion", status: 200, kind: "request" },
    { name: "it fails in a way that tells nothing", status: 500, kind: "request" },
    { name: "it did not admit the run", status: 503, kind: "transient" },
    { name: "the token is wrong", status: 401, kind: "auth" },
    { name: "hooks are off", status: 404, kind: "unavailable" },
  ])("is asked once only when $name", async ({ status, kind }) => {
    using home = temporaryFolder();
    const fake = await startHttpFake((_, response) => (status === 0 ? response.destroy() : json(response, status, { ok: false })));
    const failure = await failureOf(brainIn(home.path, "gateway", { url: fake.url, profile: "mine" }).run(request("x").request));
    expect({ kind: failure?.kind, calls: fake.calls.length }).toEqual({ kind, calls: 1 });
    await fake.close();
  });
});
