import { bands } from "../index/names.ts";

/** Millionths of a dollar for a million tokens. */
export interface Price {
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite5m: number;
  cacheWrite1h: number;
}

/** What a model costs, and from which size of the prompt on it costs more. */
export interface ModelPrice extends Price {
  /** Tokens of the prompt: 128,000, 200,000 or 272,000. */
  above?: { tokens: number } & Price;
}

interface CountedTokens {
  input: number;
  output: number;
  cacheRead: number;
  cache5m: number;
  cache1h: number;
}

export interface Costs {
  /** Millionths of a millionth of a dollar, exactly; undefined for a model without a price. */
  of: (model: string, band: number, tokens: CountedTokens) => bigint | undefined;
  priceOf: (model: string) => ModelPrice | undefined;
}

/** Costs by a lookup of prices. */
export function createCosts(lookup: (model: string) => ModelPrice | undefined): Costs {
  const known = new Map<string, ModelPrice | undefined>();
  const priceOf = (model: string) => {
    if (!known.has(model)) known.set(model, lookup(model));
    return known.get(model);
  };
  return {
    priceOf,
    of: (model, band, { input, output, cacheRead, cache5m, cache1h }) => {
      const price = priceOf(model);
      if (!price) return undefined;
      const { above } = price;
      const tier = above && band > bands.indexOf(above.tokens) ? above : price;
      return product(input, tier.input) + product(output, tier.output) + product(cacheRead, tier.cacheRead) + product(cache5m, tier.cacheWrite5m) + product(cache1h, tier.cacheWrite1h);
    },
  };
}

function product(tokens: number, price: number): bigint {
  const picos = tokens * price;
  return Number.isSafeInteger(picos) ? BigInt(picos) : BigInt(tokens) * BigInt(price);
}
