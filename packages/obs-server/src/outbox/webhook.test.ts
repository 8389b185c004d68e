import { freePort } from "@paios/shared/testing/free-port";
import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type TestHome, testHome } from "../health/testing/home.ts";
import { loopback } from "../health/testing/loopback.ts";
import type { Outgoing } from "./channel.ts";
import { deliverOutbox } from "./deliver.ts";
import { post } from "./post.ts";
import { webhookChannel } from "./webhook.ts";

const now = Date.UTC(2026, 10, 21, 12);
const signal = new AbortController().signal;
const message: Outgoing = { id: 7, thread: "t", title: "Title", body: "Body", severity: "warning", createdMs: now, attempt: 1 };

let home: TestHome;

beforeEach(() => {
  home = testHome();
});
afterEach(() => home[Symbol.dispose]());

it("a message goes out as JSON with a key that is the same at each attempt, and the profile's key", async () => {
  writeFileSync(join(home.path, "auth-profiles.json"), JSON.stringify({ profiles: { hook: { key: "sk-1" } } }));
  const got: { headers: IncomingHttpHeaders; body: unknown }[] = [];
  await using server = await loopback((request, response) => {
    void text(request).then((body) => {
      got.push({ headers: request.headers, body: JSON.parse(body) });
      response.writeHead(204).end();
    });
  });
  const channel = webhookChannel({ url: server.url, profile: "hook" }, home.path);
  expect([await channel(message, signal), await channel({ ...message, attempt: 2 }, signal)]).toEqual([{ sent: true }, { sent: true }]);
  expect(got.map(({ body }) => body)).toEqual(Array.from({ length: 2 }, () => ({ id: 7, thread: "t", title: "Title", body: "Body", severity: "warning" })));
  expect(new Set(got.map(({ headers }) => `${String(headers["idempotency-key"])} ${headers.authorization}`))).toEqual(new Set([`paios-7-${now} Bearer sk-1`]));
});

it.each<[number, Record<string, string>, object]>([
  [503, {}, { again: true }],
  [500, {}, { again: true }],
  [408, {}, { again: true }],
  [429, { "retry-after": "7" }, { again: true, afterMs: 7_000 }],
  [503, { "retry-after": "999999" }, { again: true, afterMs: 3_600_000 }],
  [400, { "retry-after": "7" }, { again: false }],
  [401, {}, { again: false }],
  [404, {}, { again: false }],
  [302, { location: "/elsewhere" }, { again: false }],
])("HTTP %i with %o is %o", async (status, headers, expected) => {
  await using server = await loopback((_request, response) => void response.writeHead(status, headers).end("foreign words"));
  expect(await webhookChannel({ url: server.url }, home.path)(message, signal)).toEqual({ sent: false, reason: `The webhook answered HTTP ${status}.`, ...expected });
});

it("a Retry-After that is a date counts from now", async () => {
  await using server = await loopback((_request, response) => void response.writeHead(429, { "retry-after": new Date(Date.now() + 60_000).toUTCString() }).end());
  const sent = await webhookChannel({ url: server.url }, home.path)(message, signal);
  expect(sent).toMatchObject({ again: true, afterMs: expect.closeTo(60_000, -4) as number });
});

it("no answer, a closed connection, nobody there and a missing key are tried again", async () => {
  await using silent = await loopback(() => {});
  await using closing = await loopback((request) => request.socket.destroy());
  const outcomes = [
    webhookChannel({ url: silent.url }, home.path, 50),
    webhookChannel({ url: closing.url }, home.path),
    webhookChannel({ url: `http://127.0.0.1:${await freePort()}/` }, home.path),
    webhookChannel({ url: silent.url, profile: "none" }, home.path),
  ].map((channel) => channel(message, signal));
  expect(await Promise.all(outcomes)).toMatchObject([
    { again: true, reason: "The webhook did not answer within 0.05 s." },
    { again: true, reason: "The webhook could not be reached." },
    { again: true, reason: "The webhook could not be reached." },
    { again: true, reason: expect.stringContaining("auth-profiles.json") as string },
  ]);
});

it("from the outbox through a server that is busy twice: each message arrives once and in order", async () => {
  const got: string[] = [];
  let busy = 2;
  const answer = (response: ServerResponse, body: string) => {
    if (busy-- > 0) return response.writeHead(busy === 1 ? 503 : 429).end();
    got.push((JSON.parse(body) as { title: string }).title);
    return response.writeHead(200).end();
  };
  await using server = await loopback((request, response) => void text(request).then((body) => answer(response, body)));
  home.obs.config.outbox = { desktop: false, webhook: { url: server.url } };
  for (const title of ["1", "2", "3"]) post(home.obs, { ...message, title }, now);
  const sent = [];
  for (const second of [0, 1, 6, 7, 18, 30]) sent.push(await deliverOutbox(home.obs, { now: now + second * 1_000, signal }));
  expect([got, sent]).toEqual([["1", "2", "3"], [0, 0, 0, 0, 3, 0]]);
});
