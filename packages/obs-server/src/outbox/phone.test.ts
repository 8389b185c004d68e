import { freePort } from "@paios/shared/testing/free-port";
import { writeFileSync } from "node:fs";
import type { IncomingHttpHeaders } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type TestHome, testHome } from "../health/testing/home.ts";
import { loopback, type Loopback } from "../health/testing/loopback.ts";
import type { Outgoing } from "./channel.ts";
import { deliverOutbox } from "./deliver.ts";
import { gatewayChannel } from "./gateway.ts";
import { ntfyChannel } from "./ntfy.ts";
import { post } from "./post.ts";

const now = Date.UTC(2026, 10, 21, 12);
const signal = new AbortController().signal;
const message: Outgoing = { id: 7, thread: "t", title: "Title", body: "Body", severity: "warning", createdMs: now, attempt: 1 };

let home: TestHome;
let got: { path: string | undefined; headers: IncomingHttpHeaders; body: Record<string, unknown> }[];

beforeEach(() => {
  home = testHome();
  got = [];
  writeFileSync(join(home.path, "auth-profiles.json"), JSON.stringify({ profiles: { phone: { key: "tk-1" } } }));
});
afterEach(() => home[Symbol.dispose]());

/** A server that notes what it is sent and answers in turn. */
function server(...answers: { status: number; text?: string; headers?: Record<string, string> }[]): Promise<Loopback> {
  return loopback((request, response) => {
    void text(request).then((body) => {
      got.push({ path: request.url, headers: request.headers, body: JSON.parse(body) as Record<string, unknown> });
      const { status, text: answer = "", headers = {} } = answers[Math.min(got.length, answers.length) - 1] ?? { status: 200 };
      response.writeHead(status, headers).end(answer);
    });
  });
}

describe("ntfy", () => {
  it("gets one message with its urgency, past every header that could not hold it", async () => {
    await using phone = await server({ status: 200 });
    const sent = await ntfyChannel({ url: phone.url, topic: "paios", profile: "phone" }, home.path)({ ...message, title: "Überschrift\nzwei" }, signal);
    expect([sent, got]).toMatchObject([{ sent: true }, [{ path: "/", headers: { authorization: "Bearer tk-1" }, body: { topic: "paios", title: "Überschrift\nzwei", message: "Body", priority: 4 } }]]);
  });

  it("never gets more bytes than it takes for a message, nor half a letter", async () => {
    await using phone = await server({ status: 200 });
    await ntfyChannel({ url: phone.url, topic: "paios" }, home.path)({ ...message, body: "ä".repeat(4_000) }, signal);
    const said = String(got[0]?.body["message"]);
    expect([Buffer.byteLength(said) <= 4_000, /^ä+ …$/.test(said)]).toEqual([true, true]);
  });

  it.each([
    [{ status: 429, headers: { "retry-after": "60" } }, { again: true, afterMs: 60_000, reason: "ntfy answered HTTP 429." }],
    [{ status: 500 }, { again: true }],
    [{ status: 401, text: "foreign words" }, { again: false, reason: "ntfy wants a token, or another one. Put it in the profile that obs.outbox.ntfy names." }],
    [{ status: 403 }, { again: false }],
  ])("%o is %o", async (answer, expected) => {
    await using phone = await server(answer);
    expect(await ntfyChannel({ url: phone.url, topic: "paios" }, home.path)(message, signal)).toMatchObject({ sent: false, ...expected });
  });
});

describe("the Gateway", () => {
  const ok = { status: 200, text: '{"ok":true,"result":{}}' };

  it("sends the text as it is to one chat, under the same key at each attempt, and no model sees it", async () => {
    await using gateway = await server(ok);
    const channel = gatewayChannel({ url: gateway.url, profile: "phone", channel: "telegram", target: "@me" }, home.path);
    expect([await channel(message, signal), await channel({ ...message, attempt: 2 }, signal)]).toEqual([{ sent: true }, { sent: true }]);
    expect(got.map(({ path, headers, body }) => ({ path, authorization: headers.authorization, body }))).toEqual(
      Array.from({ length: 2 }, () => ({ path: "/tools/invoke", authorization: "Bearer tk-1", body: { tool: "message", idempotencyKey: `paios-7-${now}`, args: { action: "send", channel: "telegram", target: "@me", presentation: { blocks: [{ type: "text", text: "Title\n\nBody" }] } } } })),
    );
  });

  it("gets nothing that it, or the Markdown of its channels, would read as more than text", async () => {
    await using gateway = await server(ok);
    const body = "**b** kb_search ||s||\n  - <b>\nC:\\new [[reply_to:1]] https://a.test/b_c?d=1\n1. a-b #1";
    await gatewayChannel({ url: gateway.url, target: "@me" }, home.path)({ ...message, body }, signal);
    const text = "Title\n\n\\*\\*b\\*\\* kb\\_search `||`s`||`\n&#32;&#32;- `<`b\\>\nC:&#92;new \\[\\[reply\\_to:1\\]\\] https\\:\\/\\/a\\.test\\/b\\_c\\?d\\=1\n1\\. a-b #1";
    expect(got.map(({ body: sent }) => sent["args"])).toEqual([{ action: "send", target: "@me", presentation: { blocks: [{ type: "text", text }] } }]);
  });

  it.each([
    [{ status: 200, text: '{"ok":false}' }, { again: true, reason: "The Gateway did not confirm it." }],
    [{ status: 200, text: "<html>" }, { again: true }],
    [{ status: 401 }, { again: false, reason: expect.stringContaining("obs.outbox.gateway") as string }],
    [{ status: 404, text: "foreign words" }, { again: false, reason: expect.stringContaining("message tool") as string }],
    [{ status: 500 }, { again: true }],
  ])("%o is %o", async (answer, expected) => {
    await using gateway = await server(answer);
    expect(await gatewayChannel({ url: gateway.url, target: "@me" }, home.path)(message, signal)).toMatchObject({ sent: false, ...expected });
  });

  it("that is down, silent, or whose key is missing is tried again", async () => {
    await using silent = await loopback(() => {});
    const outcomes = [
      gatewayChannel({ url: silent.url, target: "@me" }, home.path, 50),
      gatewayChannel({ url: `http://127.0.0.1:${await freePort()}`, target: "@me" }, home.path),
      gatewayChannel({ url: silent.url, target: "@me", profile: "none" }, home.path),
    ].map((channel) => channel(message, signal));
    expect(await Promise.all(outcomes)).toMatchObject([{ again: true, reason: "The Gateway did not answer within 0.05 s." }, { again: true, reason: "The Gateway could not be reached." }, { again: true, reason: expect.stringContaining("auth-profiles.json") as string }]);
  });
});

it("OBS-06 from the outbox each message reaches every channel that is configured, once and in order, also when one is busy", async () => {
  await using phone = await server({ status: 503 }, { status: 200 });
  const received: string[] = [];
  await using gateway = await loopback((request, response) => {
    void text(request).then((body) => {
      received.push(...(JSON.parse(body) as { args: { presentation: { blocks: { text: string }[] } } }).args.presentation.blocks.map((block) => block.text));
      response.end('{"ok":true}');
    });
  });
  home.obs.config.outbox = { desktop: false, ntfy: { url: phone.url, topic: "paios" }, gateway: { url: gateway.url, target: "@me" } };
  for (const title of ["1", "2"]) post(home.obs, { ...message, title }, now);
  for (const second of [0, 6]) await deliverOutbox(home.obs, { now: now + second * 1_000, signal });
  expect([got.map(({ body }) => body["title"]), received]).toEqual([["1", "1", "2"], ["1\n\nBody", "2\n\nBody"]]);
});

it("what is to be said once is said once", () => {
  const once = { ...message, thread: "a run", once: true };
  expect([post(home.obs, once, now), post(home.obs, once, now + 1), post(home.obs, { ...once, thread: "another run" }, now)]).toEqual([1, 1, 2]);
  expect(post(home.obs, message, now)).toBe(3);
});
