import { gzipSync } from "node:zlib";
import { UserError } from "@paios/shared/errors";
import type { TraceEvent } from "@paios/shared/trace";
import { expect, it } from "vitest";
import { createApp } from "./app.ts";
import { listen } from "./listen.ts";

const event = { category: "job", action: "backup home", service: "cron" };

async function start(accept: (events: readonly TraceEvent[]) => void) {
  const logged: unknown[] = [];
  const app = createApp({ accept, health: () => ({ status: "fail" }), metrics: () => "paios_build_info 1\n", log: (error) => logged.push(error) });
  const { url, close } = await listen(app, 0);
  const post = (body: string | Buffer, headers: Record<string, string> = {}) => fetch(`${url}/v1/events`, { method: "POST", body: Buffer.from(body), headers: { "content-type": "application/json", ...headers } });
  return { url, post, logged, [Symbol.asyncDispose]: close };
}

it("answers 202 only when the events are stored, 503 when the store cannot, 500 on a defect", async () => {
  let failure: Error | undefined;
  const stored: TraceEvent[] = [];
  await using server = await start((events) => {
    if (failure) throw failure;
    stored.push(...events);
  });
  const first = await server.post(JSON.stringify(event));
  expect([first.status, await first.json(), stored.length]).toEqual([202, { accepted: 1 }, 1]);

  failure = new UserError("storage", "The disk is full. Free some space.");
  const second = await server.post(JSON.stringify([event]));
  expect([second.status, second.headers.get("retry-after"), await second.json()]).toEqual([503, "1", { message: "The disk is full. Free some space." }]);

  failure = new Error("text that nobody outside may see");
  const third = await server.post(JSON.stringify(event));
  expect([third.status, await third.json()]).toEqual([500, { message: "Internal error; the server's log has the details." }]);
  expect([stored.length, server.logged]).toEqual([1, [expect.any(UserError), failure]]);
});

it("takes gzip, and whole or split bodies alike", async () => {
  const stored: TraceEvent[] = [];
  await using server = await start((events) => void stored.push(...events));
  const many = JSON.stringify(Array.from({ length: 5_000 }, (_, n) => ({ ...event, metadata: { n } })));
  expect((await server.post(gzipSync(many), { "content-encoding": "gzip" })).status).toBe(202);
  expect((await server.post(many)).status).toBe(202);
  expect(stored).toHaveLength(10_000);
});

it("says 503 on /health when the report says fail", async () => {
  await using server = await start(() => {});
  const response = await fetch(`${server.url}/health`);
  expect([response.status, await response.json()]).toEqual([503, { status: "fail" }]);
});
