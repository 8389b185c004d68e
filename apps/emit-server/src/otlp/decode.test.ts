import { UserError } from "@paios/shared/errors";
import { seededRandom } from "@paios/shared/testing/random";
import { describe, expect, it } from "vitest";
import { decodeLogs, decodeTraces } from "./decode.ts";
import { attribute, encode } from "./testing/encode.ts";
import { recording } from "./testing/recordings.ts";
import { tracesToEvents } from "./traces.ts";

const protobuf = "application/x-protobuf";
const json = "application/json";
const traceId = "0af7651916cd43dd8448eb211c80319c";
const spanId = "b7ad6b7169203331";
const start = 1_795_262_416_000_000_000n;

function spanRequest(service: string, ...attributes: Buffer[]): Buffer {
  const span = encode(
    [1, Buffer.from(traceId, "hex")],
    [2, Buffer.from(spanId, "hex")],
    [3, "vendor=unread"],
    [5, "answer question"],
    [6, 3],
    [7, { fixed: start }],
    [8, { fixed: start + 1_500_000n }],
    ...attributes.map((each) => [9, each] as const),
    [15, encode([2, "unread"], [3, 2])],
    [16, { fixed: 1n }],
  );
  return encode([1, encode([1, encode([1, attribute("service.name", service)])], [2, encode([1, encode([1, "scope"])], [2, span])])]);
}

describe("OTLP", () => {
  it("reads the same from protobuf and from JSON, and skips what it does not know", () => {
    const value = (number: number, content: string | number | boolean | { double: number } | Buffer) => encode([1, "key"], [2, encode([number, content])]);
    const list = encode([1, encode([1, "a"])], [1, encode([3, -7])]);
    const cases: [Buffer, object][] = [
      [value(1, "text 🦆"), { stringValue: "text 🦆" }],
      [value(2, true), { boolValue: true }],
      [value(3, -7), { intValue: -7 }],
      [value(3, 2 ** 40), { intValue: 2 ** 40 }],
      [value(4, { double: 0.25 }), { doubleValue: 0.25 }],
      [value(5, list), { arrayValue: { values: [{ stringValue: "a" }, { intValue: -7 }] } }],
      [value(6, encode([1, attribute("k", "v")])), { kvlistValue: { values: [{ key: "k", value: { stringValue: "v" } }] } }],
    ];
    for (const [bytes, expected] of cases) {
      const decoded = decodeTraces(protobuf, spanRequest("peer", bytes));
      const span = { traceId, spanId, name: "answer question", startTimeUnixNano: start, endTimeUnixNano: start + 1_500_000n, attributes: [{ key: "key", value: expected }], status: { code: 2 } };
      expect(decoded).toEqual({ resourceSpans: [{ resource: { attributes: [{ key: "service.name", value: { stringValue: "peer" } }] }, scopeSpans: [{ spans: [span] }] }] });
      // As protobuf's JSON writes 64-bit numbers, with what we do not read.
      const text = JSON.stringify({ unknown: 1, ...decoded }, (_key, each: unknown) => (typeof each === "bigint" ? String(each) : each));
      expect(decodeTraces(json, Buffer.from(text))).toEqual(decoded);
    }
  });

  it("keeps a foreign program's span, without what people and models wrote and at most 64 attributes of 1 KB", () => {
    const attributes = [
      attribute("gen_ai.input.messages", "secret"),
      attribute("ai.prompt", "secret"),
      attribute("db.query.text", "secret"),
      attribute("gen_ai.tool.call.arguments", "secret"),
      attribute("gen_ai.response.model", "m1"),
      attribute("session.id", "s1"),
      attribute("long", "x".repeat(2_000)),
      ...Array.from({ length: 100 }, (_, n) => attribute(`more.${n}`, "y")),
    ];
    const [event] = tracesToEvents(decodeTraces(protobuf, spanRequest("peer", ...attributes)), 0);
    expect(event).toMatchObject({ traceId, spanId, action: "answer question", service: "peer", status: "error", durationMs: 1.5, time: 1_795_262_416_000 });
    expect(Object.keys(event?.metadata ?? {})).toHaveLength(64);
    expect(event?.metadata).toMatchObject({ "gen_ai.response.model": "m1", "session.id": "s1", long: `${"x".repeat(1_024)} …` });
    expect(JSON.stringify(event)).not.toContain("secret");
  });

  it("an empty message is nothing, not garbage", () => {
    expect([decodeTraces(protobuf, Buffer.alloc(0)), decodeLogs(json, Buffer.from("{}"))]).toEqual([{}, {}]);
  });

  it("any damage gives events or a UserError, never another failure", () => {
    const random = seededRandom(7);
    const seeds = ["claude-traces.pb", "claude-logs.pb", "codex-traces.json", "codex-logs.json"].map(recording);
    let refused = 0;
    for (let round = 0; round < 2_000; round++) {
      const { type, body } = random.pick(seeds);
      const damaged = Buffer.from(body.subarray(0, random.below(2) === 0 ? body.length : random.below(body.length)));
      for (let flips = random.below(8); flips > 0 && damaged.length > 0; flips--) damaged[random.below(damaged.length)] = random.below(256);
      try {
        tracesToEvents(decodeTraces(type, damaged), 0);
        decodeLogs(type, damaged);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(500);
  });

  it.each([
    ["nesting in protobuf", protobuf, nest(200, (inner) => encode([5, encode([1, inner])]))],
    ["nesting in JSON", json, Buffer.from(`${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`)],
    ["millions of parts in protobuf", protobuf, Buffer.alloc(4_000_000, Buffer.from([0x0a, 0x00]))],
    ["millions of parts in JSON", json, Buffer.from(`[${"{},".repeat(2_000_000)}{}]`)],
  ])("%s is refused at a bound", (_name, type, body) => {
    expect(() => decodeTraces(type as typeof json, body)).toThrow(UserError);
  });
});

function nest(levels: number, wrap: (inner: Buffer) => Buffer): Buffer {
  let value = encode([1, "deepest"]);
  for (let level = 0; level < levels; level++) value = wrap(value);
  return spanRequest("peer", encode([1, "key"], [2, value]));
}
