import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { recorder } from "./record.ts";
import { temporaryFolder } from "./testing/temporary.ts";
import { createTracer, type TraceEvent } from "./trace.ts";

function recorded(config: object): Record<string, unknown> {
  using home = temporaryFolder();
  writeFileSync(join(home.path, "paios.json"), JSON.stringify(config));
  const events: TraceEvent[] = [];
  const record = recorder(home.path);
  createTracer("test", { write: (event) => events.push(event), flush: () => {} }).span({ category: "test", action: "call" }, (span) => {
    record("arguments", { query: "mail jane@example.com", apiKey: "abc", long: "x".repeat(10_000) }, span);
    record("result", { title: "heater" }, span);
  });
  return events[0]?.metadata ?? {};
}

it("keeps no arguments and no results unless the person asks for it", () => {
  expect(recorded({})).toEqual({});
  expect(recorded({ trace: { results: true } })).toEqual({ "gen_ai.tool.call.result": '{"title":"heater"}' });
});

it("keeps them redacted and short", () => {
  const text = String(recorded({ trace: { arguments: true } })["gen_ai.tool.call.arguments"]);
  expect(text).toMatch(/^\{"query":"mail \[redacted\]","apiKey":"\[redacted\]","long":"x+ … \(\d+ characters\)$/);
  expect(text.length).toBeLessThan(4_100);
});
