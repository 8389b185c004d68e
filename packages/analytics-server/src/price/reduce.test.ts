import { expect, it } from "vitest";
import { reducePrices } from "./reduce.ts";

const chat = (maker: string, input: unknown, output: unknown, more = {}) => ({ litellm_provider: maker, mode: "chat", input_cost_per_token: input, output_cost_per_token: output, ...more });

it("reduces LiteLLM's list: makers, caches and lines", () => {
  const sonnet = chat("anthropic", 3e-6, 15e-6, {
    cache_creation_input_token_cost: 3.75e-6,
    cache_creation_input_token_cost_above_1hr: 6e-6,
    cache_read_input_token_cost: 3e-7,
    input_cost_per_token_above_200k_tokens: 6e-6,
    output_cost_per_token_above_200k_tokens: 2.25e-5,
    cache_creation_input_token_cost_above_200k_tokens: 7.5e-6,
    cache_creation_input_token_cost_above_1hr_above_200k_tokens: 1.2e-5,
    cache_read_input_token_cost_above_200k_tokens: 6e-7,
  });
  const reduced = reducePrices(
    {
      sample_spec: { litellm_provider: "one of …", input_cost_per_token: "text" },
      "claude-sonnet-4-5": sonnet,
      "claude-sonnet-4-5-20250929": sonnet,
      "gpt-4o": chat("openai", 2.5e-6, 1e-5, { cache_read_input_token_cost: null }),
      "gpt-4o-2024-05-13": chat("openai", 5e-6, 1.5e-5),
      "gpt-5.5": chat("openai", 5e-6, 3e-5, { input_cost_per_token_above_272k_tokens: 1e-5, output_cost_per_token_above_272k_tokens: 4.5e-5 }),
      "gemini/gemini-2.5-pro": chat("gemini", 1.25e-6, 1e-5, { cache_read_input_token_cost: 1.25e-7 }),
      "gemini-2.5-pro": chat("vertex_ai-language-models", 9e-6, 9e-6),
      "us/claude-sonnet-4-5": chat("anthropic", 3.3e-6, 16.5e-6),
      "two-lines": chat("openai", 1e-6, 1e-6),
      "gpt-two-lines": chat("openai", 1e-6, 1e-6, { input_cost_per_token_above_128k_tokens: 2e-6, output_cost_per_token_above_128k_tokens: 2e-6, input_cost_per_token_above_272k_tokens: 3e-6, output_cost_per_token_above_272k_tokens: 3e-6 }),
      "gpt-half-a-line": chat("openai", 1e-6, 1e-6, { input_cost_per_token_above_128k_tokens: 2e-6 }),
      "gpt-free": chat("openai", 0, 0),
      "gpt-4o-realtime": chat("openai", 1e-6, 1e-6),
      "gpt-image-1": { ...chat("openai", 1e-6, 1e-6), mode: "image_generation" },
      "gpt-nothing": { litellm_provider: "openai", mode: "chat" },
    },
    "2026-11-21",
  );
  expect(reduced).toEqual({
    date: "2026-11-21",
    source: "LiteLLM's price list",
    models: {
      "claude-sonnet-4-5": {
        input: 3_000_000, output: 15_000_000, cacheRead: 300_000, cacheWrite5m: 3_750_000, cacheWrite1h: 6_000_000,
        above: { tokens: 200_000, input: 6_000_000, output: 22_500_000, cacheRead: 600_000, cacheWrite5m: 7_500_000, cacheWrite1h: 12_000_000 },
      },
      "gpt-4o": { input: 2_500_000, output: 10_000_000 },
      "gpt-4o-2024-05-13": { input: 5_000_000, output: 15_000_000 },
      "gpt-5.5": { input: 5_000_000, output: 30_000_000, above: { tokens: 272_000, input: 10_000_000, output: 45_000_000 } },
      "gemini-2.5-pro": { input: 1_250_000, output: 10_000_000, cacheRead: 125_000 },
    },
  });
});

it("reduces models.dev's list, whose tiers say more than its older field", () => {
  const model = (cost: unknown) => ({ id: "x", cost });
  const reduced = reducePrices(
    {
      anthropic: { models: { "claude-haiku-4-5": model({ input: 1, output: 5, cache_read: 0.1, cache_write: 1.25 }) } },
      openai: { models: { "gpt-5.5": model({ input: 5, output: 30, tiers: [{ tier: { type: "context", size: 272_000 }, input: 10, output: 45 }], context_over_200k: { input: 9, output: 9 } }), "gpt-odd": model({ input: 1, output: 1, tiers: [{ tier: { type: "hour", size: 3 }, input: 1, output: 1 }] }) } },
      google: { models: { "gemini-2.5-pro": model({ input: 1.25, output: 10, context_over_200k: { input: 2.5, output: 15 } }) } },
      reseller: { models: { "gpt-5": model({ input: 99, output: 99 }) } },
    },
    "2026-11-21",
  );
  expect(reduced.models).toEqual({
    "claude-haiku-4-5": { input: 1_000_000, output: 5_000_000, cacheRead: 100_000, cacheWrite5m: 1_250_000 },
    "gpt-5.5": { input: 5_000_000, output: 30_000_000, above: { tokens: 272_000, input: 10_000_000, output: 45_000_000 } },
    "gemini-2.5-pro": { input: 1_250_000, output: 10_000_000, above: { tokens: 200_000, input: 2_500_000, output: 15_000_000 } },
  });
});

it("takes a table of our own shape as it is", () => {
  const own = { date: "2026-01-02", source: "the office", models: { "office-model": { input: 1, output: 2 } } };
  expect(reducePrices(own, "2026-11-21")).toEqual(own);
});

it("every decimal becomes the integer that was written", () => {
  for (let price = 1; price < 10_000_000_000; price = Math.ceil(price * 1.0007)) {
    const list: unknown = JSON.parse(`{"gpt-x": {"litellm_provider": "openai", "input_cost_per_token": ${price}e-12, "output_cost_per_token": ${(price / 1e12).toFixed(15)}}}`);
    expect(reducePrices(list, "2026-11-21").models["gpt-x"]).toEqual({ input: price, output: price });
  }
});

it("names from a hostile list touch nothing", () => {
  const list: unknown = JSON.parse('{"__proto__": {"litellm_provider": "openai", "input_cost_per_token": 1, "output_cost_per_token": 1}, "gpt-x": {"litellm_provider": "openai", "input_cost_per_token": 1e-6, "output_cost_per_token": 1e-6, "__proto__": {"input": 5}}}');
  expect(Object.keys(reducePrices(list, "2026-11-21").models)).toEqual(["gpt-x"]);
  expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  expect("litellm_provider" in {}).toBe(false);
});

it.each([null, 1, "text", [], {}, { a: 1 }, { models: { "gpt-5": 3 } }, { "gpt-5": [] }, { "gpt-5": chat("openai", -1, 1) }, { "gpt-5": chat("openai", "1e-6", 1) }, { "gpt-5": chat("openai", Number.NaN, 1) }, { anthropic: { models: {} } }, { anthropic: { models: { "claude-x": { cost: { input: {}, output: 1 } } } } }])("refuses garbage: %j", (garbage) => {
  expect(() => reducePrices(garbage, "2026-11-21")).toThrow(expect.objectContaining({ name: "UserError", code: "bad_input" }));
});
