import { UserError } from "@paios/shared/errors";
import { isObject, isTable, type PriceTable, type StoredModel, type StoredPrice } from "./shape.ts";
import { spellings } from "./spellings.ts";

type Found = Map<string, StoredModel>;

/** The makers that the clients' models come from, under the names both lists give them. */
const makers = new Set(["anthropic", "openai", "gemini", "google", "deepseek", "xai", "moonshot", "moonshotai", "zai", "minimax"]);
const family = /^(?:claude-|gpt-|o\d|codex-|chat|gemini-|deepseek-|grok-|kimi-|glm-|minimax-)/i;
const otherTokens = /audio|realtime|image|tts|transcribe|search|live|embedding|robotics/;
const plainName = /^[A-Za-z0-9.@_-]{1,200}$/;

/**
 * Reduces a price list, as LiteLLM's or models.dev's or one of our own shape, to the models our clients use. `date` (2026-11-19)
 * is for a list that has none. Throws bad_input for anything else, and for a price that is no amount of money.
 */
export function reducePrices(json: unknown, date: string): PriceTable {
  if (isTable(json)) return json;
  if (!isObject(json) || "models" in json) throw noList();
  const devs = isObject(json["anthropic"]) && isObject(json["anthropic"]["models"]);
  const models = withoutRepeats(devs ? fromModelsDev(json) : fromLiteLlm(json));
  if (models.size === 0) throw noList();
  return { date, source: devs ? "the models.dev catalogue" : "LiteLLM's price list", models: Object.fromEntries(models) };
}

function noList(): UserError {
  return new UserError("bad_input", "This is not a price list of a known shape. Give LiteLLM's model prices, models.dev's api.json, or a prices.json of PAIOS.");
}

/** Dollars a token. */
function fromLiteLlm(json: Record<string, unknown>): Found {
  const found: Found = new Map();
  for (const [key, entry] of Object.entries(json)) {
    if (!isObject(entry)) continue;
    const { litellm_provider: maker, mode } = entry;
    if (typeof maker !== "string" || !makers.has(maker) || (mode !== undefined && mode !== "chat" && mode !== "responses")) continue;
    const name = key.startsWith(`${maker}/`) ? key.slice(maker.length + 1) : key;
    const read = (tier: string) =>
      priceOf(1e12, entry, {
        input: `input_cost_per_token${tier}`,
        output: `output_cost_per_token${tier}`,
        cacheRead: `cache_read_input_token_cost${tier}`,
        cacheWrite5m: `cache_creation_input_token_cost${tier}`,
        cacheWrite1h: `cache_creation_input_token_cost_above_1hr${tier}`,
      });
    const lines = new Set(Object.keys(entry).flatMap((field) => /^input_cost_per_token_above_(\d{1,5})k_tokens$/.exec(field)?.[1] ?? []));
    add(found, name, read(""), Array.from(lines, (line) => ({ tokens: Number(line) * 1_000, price: read(`_above_${line}k_tokens`) })));
  }
  return found;
}

/** Dollars a million tokens. */
function fromModelsDev(json: Record<string, unknown>): Found {
  const found: Found = new Map();
  const read = (cost: unknown) => (isObject(cost) ? priceOf(1e6, cost, { input: "input", output: "output", cacheRead: "cache_read", cacheWrite5m: "cache_write", cacheWrite1h: "cache_write_1h" }) : undefined);
  for (const [maker, entry] of Object.entries(json)) {
    if (!makers.has(maker) || !isObject(entry) || !isObject(entry["models"])) continue;
    for (const [name, model] of Object.entries(entry["models"])) {
      const cost = isObject(model) ? model["cost"] : undefined;
      if (!isObject(cost)) continue;
      const over = cost["context_over_200k"];
      const tiers = Array.isArray(cost["tiers"]) ? cost["tiers"].map((tier: unknown) => ({ tokens: sizeOf(tier), price: read(tier) })) : over ? [{ tokens: 200_000, price: read(over) }] : [];
      add(found, name, read(cost), tiers);
    }
  }
  return found;
}

function sizeOf(tier: unknown): number {
  const size = isObject(tier) && isObject(tier["tier"]) && tier["tier"]["type"] === "context" ? tier["tier"]["size"] : undefined;
  return typeof size === "number" && Number.isSafeInteger(size) && size > 0 ? size : Number.NaN;
}

/** Two lines, or a half-told one, cannot be kept: then the model is left out rather than priced by half. */
function add(found: Found, name: string, base: StoredPrice | undefined, tiers: { tokens: number; price: StoredPrice | undefined }[]): void {
  if (!base || found.has(name) || !plainName.test(name) || !family.test(name) || otherTokens.test(name) || tiers.length > 1) return;
  const [tier] = tiers;
  if (!tier) return void found.set(name, base);
  if (tier.price && tier.tokens > 0) found.set(name, { ...base, above: { tokens: tier.tokens, ...tier.price } });
}

/** Undefined where a list gives no price, or 0, which is how some say that they know none. */
function priceOf(scale: number, from: Record<string, unknown>, fields: Record<keyof Required<StoredPrice>, string>): StoredPrice | undefined {
  const amount = (field: string): number | undefined => {
    const value = from[field];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== "number" || !(value >= 0)) throw new UserError("bad_input", "This price list has a price that is not an amount of money. Get it again from where it came from.");
    // The nearest integer is the decimal that was written: a double is closer to it than half a millionth.
    return Math.round(value * scale);
  };
  const input = amount(fields.input);
  const output = amount(fields.output);
  if (input === undefined || output === undefined || input + output === 0) return undefined;
  const cache = (["cacheRead", "cacheWrite5m", "cacheWrite1h"] as const).flatMap((part) => {
    const value = amount(fields[part]);
    return value ? [[part, value] as const] : [];
  });
  return { input, output, ...Object.fromEntries(cache) };
}

/** A dated name that costs what its plain name costs is found by the plain one. */
function withoutRepeats(found: Found): Found {
  return new Map(Array.from(found).filter(([name, model]) => !spellings(name).slice(1).some((plain) => JSON.stringify(found.get(plain)) === JSON.stringify(model))));
}
