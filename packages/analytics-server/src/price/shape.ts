import type { Price } from "./cost.ts";

/** Millionths of a dollar for a million tokens; a cache price that is not known is missing. */
export type StoredPrice = Pick<Price, "input" | "output"> & Partial<Price>;

export interface StoredModel extends StoredPrice {
  above?: { tokens: number } & StoredPrice;
}

/** What `prices.json` holds, in the package and in the home. */
export interface PriceTable {
  /** The day the prices are of, as 2026-11-19. */
  date: string;
  source: string;
  models: Record<string, StoredModel>;
}

const parts = ["input", "output", "cacheRead", "cacheWrite5m", "cacheWrite1h"] as const;
/** $10,000 a million tokens: nothing costs that, so what does is in the wrong unit. */
export const maxPrice = 10_000_000_000;
const minModels = 5;
const maxModels = 20_000;
const maxName = 200;
const maxSource = 500;

// By hand: the CLI reads prices before anything that would load zod.
export function isTable(input: unknown): input is PriceTable {
  if (!isObject(input) || !isObject(input["models"])) return false;
  const { date, source } = input;
  if (typeof date !== "string" || !/^20\d\d-\d\d-\d\d$/.test(date)) return false;
  if (typeof source !== "string" || source.length > maxSource || /\p{C}/u.test(source)) return false;
  const models = Object.entries(input["models"]);
  return models.length <= maxModels && models.every(([name, model]) => name.length <= maxName && isModel(model));
}

/** Why a well-formed table is not to be believed, as the rest of a sentence; undefined for a good one. */
export function doubt({ models }: PriceTable): string | undefined {
  const all = Object.values(models);
  if (all.length < minModels) return `holds fewer than ${minModels} models`;
  const tooHigh = all.some((model) => parts.some((part) => (model[part] ?? 0) > maxPrice || (model.above?.[part] ?? 0) > maxPrice));
  return tooHigh ? "has a price above $10,000 for a million tokens" : undefined;
}

function isModel(model: unknown): boolean {
  if (!isPrice(model)) return false;
  const above = model["above"];
  return above === undefined || (isPrice(above) && isCount(above["tokens"]) && above["tokens"] > 0);
}

/** A price list that says nothing costs anything says that it does not know. */
function isPrice(price: unknown): price is Record<string, unknown> {
  if (!isObject(price) || !isCount(price["input"]) || !isCount(price["output"]) || price["input"] + price["output"] === 0) return false;
  return parts.every((part) => price[part] === undefined || isCount(price[part]));
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
