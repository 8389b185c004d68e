import type { Costs } from "../price/cost.ts";

/** Sums of a group of requests. `costMicros` are millionths of a dollar of what has a price. */
export interface UsageSums {
  requests: number;
  inputTokens: number;
  outputTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens: number;
  cacheWrite5mTokens: number;
  cacheWrite1hTokens: number;
  reasoningTokens: number;
  costMicros: number;
  /** Tokens of models without a price: their cost is not known, and not in the sum. */
  unpricedTokens: number;
}

/** What the database sums of one model and one size of the prompt: the least that has one price. */
export interface Sums {
  model: number;
  band: number;
  requests: number;
  input: number;
  output: number;
  cacheRead: number;
  cache5m: number;
  cache1h: number;
  reasoning: number;
}

export const sumColumns = "model, band, sum(input) AS input, sum(output) AS output, sum(cache_read) AS cacheRead, sum(cache_5m) AS cache5m, sum(cache_1h) AS cache1h, sum(reasoning) AS reasoning";

/** A group that is being summed, its cost exactly: millionths of a millionth of a dollar. */
export type Group = Omit<UsageSums, "costMicros" | "cacheWriteTokens"> & { picos: bigint };

export function newGroup(): Group {
  return { requests: 0, inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWrite5mTokens: 0, cacheWrite1hTokens: 0, reasoningTokens: 0, unpricedTokens: 0, picos: 0n };
}

export function addTo(group: Group, sums: Sums, cost: bigint | undefined): void {
  group.requests += sums.requests;
  group.inputTokens += sums.input;
  group.outputTokens += sums.output;
  group.cacheReadTokens += sums.cacheRead;
  group.cacheWrite5mTokens += sums.cache5m;
  group.cacheWrite1hTokens += sums.cache1h;
  group.reasoningTokens += sums.reasoning;
  if (cost === undefined) group.unpricedTokens += tokensOf(sums);
  else group.picos += cost;
}

export function shownSums({ picos, ...group }: Group): UsageSums {
  return { ...group, cacheWriteTokens: group.cacheWrite5mTokens + group.cacheWrite1hTokens, costMicros: microsOf(picos) };
}

/** Several sums as one; `names` says which model a number is. */
export function sumAll(all: Iterable<Sums>, names: ReadonlyMap<number, string>, costs: Costs): UsageSums {
  const group = newGroup();
  for (const sums of all) addTo(group, sums, costs.of(names.get(sums.model) ?? "", sums.band, sums));
  return shownSums(group);
}

export function tokensOf({ input, output, cacheRead, cache5m, cache1h }: Sums): number {
  return input + output + cacheRead + cache5m + cache1h;
}

/** Rounded once, where it is shown. */
export function microsOf(picos: bigint): number {
  return Number((picos + 500_000n) / 1_000_000n);
}
