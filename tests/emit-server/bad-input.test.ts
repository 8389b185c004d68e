import { connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { expect, it } from "vitest";
import { type Answer, peakBytes, scrape, send, startEmit } from "./rig.ts";

const mebibyte = 1024 * 1024;
const json = { "content-type": "application/json" };
const protobuf = { "content-type": "application/x-protobuf" };
const gzip = { "content-encoding": "gzip" };
const event = JSON.stringify({ category: "job", action: "x", service: "y" });
const zeros = gzipSync(Buffer.alloc(64 * mebibyte));
/** 5 MB that unpack to 5 GB. */
const bomb = Buffer.concat(Array.from({ length: 80 }, () => zeros));
const garbage = Buffer.from(Array.from({ length: 4_096 }, (_, n) => (n * 167 + 13) % 256));

function* hundredMegabytes(): Generator<Buffer> {
  for (let n = 0; n < 100; n++) yield Buffer.alloc(mebibyte, 32);
}

const cases: [string, number, string, { path?: string; method?: string; headers?: Record<string, string>; body?: Buffer | Iterable<Buffer> }][] = [
  ["malformed JSON", 400, "not valid JSON", { headers: json, body: Buffer.from('{"category": ') }],
  ["an unknown key", 400, 'unknown key "colour"', { headers: json, body: Buffer.from('{"category":"a","action":"b","service":"c","colour":1}') }],
  ["no content type", 415, "must be application/json", { body: Buffer.from(event) }],
  ["a form", 415, "must be application/json", { headers: { "content-type": "text/plain" }, body: Buffer.from(event) }],
  ["a wrong OTLP type", 415, "application/x-protobuf", { path: "/v1/traces", headers: { "content-type": "application/grpc" }, body: Buffer.from("x") }],
  ["an unknown encoding", 415, "gzip or none", { headers: { ...json, "content-encoding": "br" }, body: Buffer.from(event) }],
  ["truncated gzip", 400, "damaged or cut off", { headers: { ...json, ...gzip }, body: gzipSync(event.repeat(100)).subarray(0, 40) }],
  ["no gzip at all", 400, "damaged or cut off", { headers: { ...json, ...gzip }, body: Buffer.from(event) }],
  ["a gzip bomb", 413, "32 MiB unpacked", { headers: { ...json, ...gzip }, body: bomb }],
  ["a gzip bomb as OTLP", 413, "32 MiB unpacked", { path: "/v1/logs", headers: { ...protobuf, ...gzip }, body: bomb }],
  ["100 MB, announced", 413, "8 MiB", { headers: { ...json, "content-length": String(100 * mebibyte) }, body: hundredMegabytes() }],
  ["100 MB, not announced", 413, "8 MiB", { headers: json, body: hundredMegabytes() }],
  ["a wrong Host", 403, "Host header", { headers: { ...json, host: "evil.example" }, body: Buffer.from(event) }],
  ["the right Host with a wrong port", 403, "Host header", { headers: { ...json, host: "127.0.0.1:1" }, body: Buffer.from(event) }],
  ["a foreign Origin", 403, "Origin", { headers: { ...json, origin: "https://evil.example" }, body: Buffer.from(event) }],
  ["an opaque Origin", 403, "Origin", { headers: { ...json, origin: "null" }, body: Buffer.from(event) }],
  ["a foreign Origin that reads", 403, "Origin", { method: "GET", path: "/health", headers: { origin: "http://localhost.evil.example" } }],
  ["protobuf garbage", 400, "not an OTLP message", { path: "/v1/traces", headers: protobuf, body: garbage }],
  ["protobuf garbage as logs", 400, "not an OTLP message", { path: "/v1/logs", headers: protobuf, body: Buffer.from("not protobuf at all") }],
  ["protobuf garbage as metrics", 400, "not an OTLP message", { path: "/v1/metrics", headers: protobuf, body: Buffer.alloc(1_000, 255) }],
  ["JSON that is no OTLP", 400, "resourceSpans must be a list", { path: "/v1/traces", headers: json, body: Buffer.from('{"resourceSpans":7}') }],
  ["millions of empty objects", 413, "parts", { headers: json, body: Buffer.from(`[${"{},".repeat(2_500_000)}{}]`) }],
  ["millions of empty messages", 413, "parts", { path: "/v1/traces", headers: { ...protobuf, ...gzip }, body: gzipSync(Buffer.alloc(30 * mebibyte, Buffer.from([0x0a, 0x00]))) }],
  ["brackets without end", 400, "deeper", { headers: json, body: Buffer.alloc(mebibyte, "[") }],
  ["an unknown path", 404, "nothing at this address", { path: "/v1/nothing", headers: json, body: Buffer.from(event) }],
  ["a wrong method", 405, "POST only", { method: "GET", path: "/v1/events" }],
  ["a wrong method for reading", 405, "GET only", { method: "DELETE", path: "/health" }],
];

it("LOG-09 every bad input gets its status and a plain message, and the server lives in bounded memory", async () => {
  using folder = temporaryFolder();
  await using emit = await startEmit(folder.path);
  for (const [name, status, message, { path = "/v1/events", ...request }] of cases) {
    const answer = await send(emit.url + path, request);
    expect({ name, status: answer.status, type: answer.headers["content-type"] }).toEqual({ name, status, type: "application/json" });
    expect((JSON.parse(answer.body) as { message: string }).message, name).toContain(message);
    expect((await fetch(`${emit.url}/healthz`)).status, name).toBe(200);
  }
  expect(peakBytes(emit.pid)).toBeLessThan(400 * mebibyte);
  expect(emit.stderr()).toMatch(/^paios-emit listens on \S+\n$/);
  expect([...(await scrape(emit.url)).keys()].filter((series) => series.includes('service="y"'))).toEqual([]);
});

it("LOG-09 many large bodies at once: some are asked to come again, memory stays bounded", async () => {
  using folder = temporaryFolder();
  await using emit = await startEmit(folder.path);
  const large = gzipSync(Buffer.from(JSON.stringify({ category: "a", action: "b", service: "c", metadata: { text: "x".repeat(30 * mebibyte) } })));
  const answers = await Promise.all(Array.from({ length: 60 }, () => send(`${emit.url}/v1/events`, { headers: { ...json, ...gzip }, body: large })));
  const statuses = new Set(answers.map(({ status }: Answer) => status));
  expect([...statuses].filter((status) => status !== 400 && status !== 503)).toEqual([]);
  expect(statuses).toContain(400);
  expect(peakBytes(emit.pid)).toBeLessThan(500 * mebibyte);
  expect((await fetch(`${emit.url}/healthz`)).status).toBe(200);
});

it("LOG-09 slow and idle clients are cut off and others are served", { timeout: 60_000 }, async () => {
  using folder = temporaryFolder();
  await using emit = await startEmit(folder.path);
  const { port } = new URL(emit.url);
  const slowHeaders = slowClient(Number(port), "POST /v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\n");
  const slowBody = slowClient(Number(port), `POST /v1/events HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n[`);
  expect((await fetch(`${emit.url}/healthz`)).status).toBe(200);
  expect((await slowHeaders).text).toContain("408");
  expect((await slowHeaders).tookMs).toBeLessThan(9_000);
  expect((await slowBody).tookMs).toBeLessThan(20_000);

  const crowd = Array.from({ length: 150 }, () => slowClient(Number(port), "GET / HTTP/1.1\r\n"));
  await wait(500);
  await Promise.all(crowd);
  expect((await fetch(`${emit.url}/healthz`)).status).toBe(200);
  expect(emit.stderr()).toMatch(/^paios-emit listens on \S+\n$/);
});

/** Sends the start of a request and nothing more; resolves when the server ends the connection. */
function slowClient(port: number, start: string): Promise<{ tookMs: number; text: string }> {
  const started = performance.now();
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(start));
    let text = "";
    socket.on("data", (part: Buffer) => (text += part.toString()));
    socket.on("error", () => {});
    socket.on("close", () => resolve({ tookMs: performance.now() - started, text }));
  });
}
