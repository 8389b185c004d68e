import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { expect, it } from "vitest";
import { bands } from "../index/names.ts";
import { createCosts } from "./cost.ts";
import { doubt, isTable } from "./shape.ts";
import { spellings } from "./spellings.ts";
import { openPrices, shippedTable } from "./table.ts";

const dollars = (amount: number) => Math.round(amount * 1_000_000);

it.each([
  ["claude-opus-4-1", 15, 75, 1.5, 18.75, 30],
  ["claude-opus-4-1-20250805", 15, 75, 1.5, 18.75, 30],
  ["claude-sonnet-4-20250514", 3, 15, 0.3, 3.75, 6],
  ["claude-sonnet-4-5-20250929", 3, 15, 0.3, 3.75, 6],
  ["claude-haiku-4-5-20251001", 1, 5, 0.1, 1.25, 2],
  ["claude-3-5-haiku-latest", 0.8, 4, 0.08, 1, 1.6],
  ["claude-opus-4-6[1m]", 5, 25, 0.5, 6.25, 10],
  ["claude-opus-5-5", 4, 20, 0.2, 5, 8],
  ["gpt-5", 1.25, 10, 0.125, 1.25, 1.25],
  ["gpt-5-codex", 1.25, 10, 0.125, 1.25, 1.25],
  ["gpt-5-pro", 15, 120, 15, 15, 15],
  ["gpt-4.1-2025-04-14", 2, 8, 0.5, 2, 2],
  ["gpt-6-sol", 2, 10, 0.2, 2.5, 2.5],
  ["o4-mini", 1.1, 4.4, 0.275, 1.1, 1.1],
  ["codex-mini-latest", 1.5, 6, 0.375, 1.5, 1.5],
  ["gemini-2.5-flash", 0.3, 2.5, 0.03, 0.3, 0.3],
])("%s costs what its maker asks", (model, input, output, cacheRead, cacheWrite5m, cacheWrite1h) => {
  expect(lookup(model)).toMatchObject({ input: dollars(input), output: dollars(output), cacheRead: dollars(cacheRead), cacheWrite5m: dollars(cacheWrite5m), cacheWrite1h: dollars(cacheWrite1h) });
});

it.each([
  ["claude-sonnet-4-5", 200_000, 6, 22.5, 0.6, 7.5, 12],
  ["gemini-2.5-pro", 200_000, 2.5, 15, 0.25, 2.5, 2.5],
  ["gpt-5.5", 272_000, 10, 45, 1, 10, 10],
])("%s costs more above %i tokens", (model, tokens, input, output, cacheRead, cacheWrite5m, cacheWrite1h) => {
  expect(lookup(model)?.above).toEqual({ tokens, input: dollars(input), output: dollars(output), cacheRead: dollars(cacheRead), cacheWrite5m: dollars(cacheWrite5m), cacheWrite1h: dollars(cacheWrite1h) });
});

it("costs what Claude Code itself said that a session cost", () => {
  const cost = createCosts(lookup).of("claude-opus-5-5", 0, { input: 72, output: 495, cacheRead: 90_000, cache5m: 6_000, cache1h: 12_000 });
  expect(cost).toBe(154_188_000_000n);
});

it("the shipped table is one that would be accepted, and prices every model whose long prompts are summed apart", () => {
  expect([isTable(shippedTable), doubt(shippedTable)]).toEqual([true, undefined]);
  for (const [model, { above }] of Object.entries(shippedTable.models)) expect([model, lookup(model) !== undefined]).toEqual([model, !above || bands.includes(above.tokens)]);
});

it.each(["claude-opus-9", "claude-opus", "gpt-7", "mock-model", "", "constructor", "__proto__", "toString", "somebody/gpt-5", "gpt-5:free", "claude-", "x".repeat(100_000)])("%.20s is unpriced, not 0", (model) => {
  expect(lookup(model)).toBeUndefined();
});

it.each([
  ["us.anthropic.claude-sonnet-4-5-20250929-v1:0", "claude-sonnet-4-5"],
  ["bedrock/eu.anthropic.claude-opus-4-6-v1", "claude-opus-4-6"],
  ["vertex_ai/claude-3-5-sonnet-v2@20241022", "claude-3-5-sonnet"],
  ["anthropic/claude-opus-4-1@20250805", "claude-opus-4-1"],
  ["openrouter/anthropic/claude-opus-4.1", "claude-opus-4-1"],
  ["openai/gpt-4o-2024-08-06", "gpt-4o"],
  ["gemini/gemini-2.5-pro", "gemini-2.5-pro"],
  ["claude-sonnet-4-5-20250929[1m]", "claude-sonnet-4-5"],
])("%s is %s", (id, plain) => {
  expect(spellings(id).at(-1)).toBe(plain);
  expect(lookup(id)).toEqual(lookup(plain));
  expect(lookup(plain)).toBeDefined();
});

it("a dated name with a price of its own keeps it", () => {
  expect(lookup("openai/gpt-4o-2024-05-13")?.input).toBe(dollars(5));
  expect(lookup("gpt-4o")?.input).toBe(dollars(2.5));
});

it("the person's prices come before every list, and may be 0", () => {
  using home = temporaryFolder();
  writeTable(home.path, { "gpt-5": { input: 7, output: 7 } });
  const prices = openPrices({ home: home.path, overrides: { "gpt-5": { input: 0.5, output: 2.000001, cacheRead: undefined }, "claude-haiku-9": { input: 10, output: 20 }, local: { input: 0, output: 0 }, absurd: { input: 1e300, output: 1 } } });
  expect(prices.lookup("openai/gpt-5-2025-08-07")).toEqual({ input: 500_000, output: 2_000_001, cacheRead: 500_000, cacheWrite5m: 500_000, cacheWrite1h: 500_000 });
  expect(prices.lookup("claude-haiku-9-20270101")).toEqual({ input: dollars(10), output: dollars(20), cacheRead: dollars(1), cacheWrite5m: dollars(12.5), cacheWrite1h: dollars(20) });
  expect(prices.lookup("local")).toEqual({ input: 0, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 });
  expect([prices.lookup("absurd"), prices.problems]).toEqual([undefined, [expect.stringContaining("above $10,000")]]);
});

it("a refreshed table comes before the shipped one, which still knows the rest", () => {
  using home = temporaryFolder();
  writeTable(home.path, { "gpt-5": { input: 7, output: 8, cacheRead: 1, above: { tokens: 200_000, input: 14, output: 16 } } });
  const { lookup: find, ...rest } = openPrices({ home: home.path, overrides: {} });
  expect(rest).toEqual({ problems: [], date: "2026-12-01", source: "a test" });
  expect(find("gpt-5")).toEqual({ input: 7, output: 8, cacheRead: 1, cacheWrite5m: 7, cacheWrite1h: 7, above: { tokens: 200_000, input: 14, output: 16, cacheRead: 2, cacheWrite5m: 14, cacheWrite1h: 14 } });
  expect(find("claude-opus-4-1")).toEqual(lookup("claude-opus-4-1"));
});

it("a line between cheap and dear that the sums do not know leaves a model unpriced", () => {
  using home = temporaryFolder();
  writeTable(home.path, { "gpt-5": { input: 7, output: 8, above: { tokens: 123_456, input: 14, output: 16 } } });
  expect(openPrices({ home: home.path, overrides: {} }).lookup("gpt-5")).toBeUndefined();
});

it.each([
  ["{", "is not JSON"],
  ["null", "is not a price table"],
  ['{"date":"2026-12-01","source":"x","models":[]}', "is not a price table"],
  [table({ "gpt-5": { input: -1, output: 1 } }), "is not a price table"],
  [table({ "gpt-5": { input: 0, output: 0 } }), "is not a price table"],
  [table({ "gpt-5": { input: 1.5, output: 1 } }), "is not a price table"],
  [table({ "gpt-5": { input: 1, output: 1, above: { tokens: 0, input: 1, output: 1 } } }), "is not a price table"],
  [table({ "gpt-5": { input: 10_000_000_001, output: 1 } }), "above $10,000"],
  ['{"date":"2026-12-01","source":"x","models":{}}', "fewer than 5"],
  ['{"date":"2026-12-01","source":"\\u001b[31m","models":{}}', "is not a price table"],
])("a bad refreshed table is named and ignored: %.60s", (text, why) => {
  using home = temporaryFolder();
  writeFileSync(join(home.path, "prices.json"), text);
  const prices = openPrices({ home: home.path, overrides: {} });
  expect(prices.problems).toEqual([expect.stringContaining(why)]);
  expect([prices.date, prices.lookup("gpt-5")?.input]).toEqual([shippedTable.date, dollars(1.25)]);
});

it("a folder in the table's place is named and ignored", () => {
  using home = temporaryFolder();
  mkdirSync(join(home.path, "prices.json"));
  expect(openPrices({ home: home.path, overrides: {} }).problems).toEqual([expect.stringContaining("is not a file")]);
});

function lookup(model: string) {
  return openPrices({ home: join("/", "nowhere"), overrides: {} }).lookup(model);
}

function table(models: object): string {
  const filler = Object.fromEntries(["a", "b", "c", "d"].map((name) => [name, { input: 1, output: 1 }]));
  return JSON.stringify({ date: "2026-12-01", source: "a test", models: { ...filler, ...models } });
}

function writeTable(home: string, models: object): void {
  writeFileSync(join(home, "prices.json"), table(models));
}
