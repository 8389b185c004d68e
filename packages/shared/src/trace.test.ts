import { describe, expect, it } from "vitest";
import { createTracer, parseTraceparent, type TraceEvent, traceparent } from "./trace.ts";

function tracer() {
  const events: TraceEvent[] = [];
  return { events, ...createTracer("test", { write: (event) => events.push(event), flush: () => {} }) };
}

const parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

describe("a span", () => {
  it("is recorded when its work has ended, with what was set", async () => {
    const { span, events } = tracer();
    const result = await span({ category: "test", action: "work", attributes: { a: 1 } }, async (handle) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      handle.set({ b: 2 });
      return "result";
    });
    expect(result).toBe("result");
    expect(events).toEqual([
      {
        traceId: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
        spanId: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
        service: "test",
        time: expect.any(Number) as number,
        category: "test",
        action: "work",
        status: "ok",
        durationMs: expect.any(Number) as number,
        metadata: { a: 1, b: 2 },
      },
    ]);
  });

  it("OBSV-01 continues the trace it is called with, and its children continue it", () => {
    const { span, events } = tracer();
    span({ category: "test", action: "outer", parent }, () => {
      expect(traceparent()).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01$/);
      span({ category: "test", action: "inner", parent: "00-11111111111111111111111111111111-2222222222222222-01" }, (inner) => inner.event("point"));
    });
    const [point, inner, outer] = events;
    expect(new Set(events.map(({ traceId }) => traceId))).toEqual(new Set(["0af7651916cd43dd8448eb211c80319c"]));
    expect([outer?.parentId, inner?.parentId, point?.parentId]).toEqual(["b7ad6b7169203331", outer?.spanId, inner?.spanId]);
    expect(traceparent()).toBeUndefined();
  });

  it("of parallel work keeps its own children", async () => {
    const { span, events } = tracer();
    const one = (action: string) =>
      span({ category: "test", action }, async () => {
        await new Promise((resolve) => setTimeout(resolve, 2));
        span({ category: "test", action: `${action} child` }, () => {});
      });
    await Promise.all([one("a"), one("b")]);
    for (const action of ["a", "b"]) {
      const ofAction = (name: string) => events.find((event) => event.action === name);
      expect(ofAction(`${action} child`)?.parentId).toBe(ofAction(action)?.spanId);
    }
  });

  it.each([
    [Object.assign(new Error("x"), { code: "SQLITE_FULL" }), "SQLITE_FULL"],
    [new TypeError("x"), "TypeError"],
    ["text", "string"],
  ])("records what was thrown and throws it on: %s", async (thrown, type) => {
    const { span, events } = tracer();
    const fails = () => {
      throw thrown;
    };
    expect(() => span({ category: "test", action: "sync" }, fails)).toThrow();
    await expect(span({ category: "test", action: "async" }, async () => fails())).rejects.toBe(thrown);
    expect(events.map(({ status, metadata }) => [status, metadata])).toEqual([0, 1].map(() => ["error", { "error.type": type }]));
  });
});

it.each([undefined, 7, "", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331", parent.toUpperCase(), `${parent} `, "00-00000000000000000000000000000000-b7ad6b7169203331-01", "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01"])("the traceparent %j is ignored", (header) => {
  expect(parseTraceparent(header)).toBeUndefined();
});
