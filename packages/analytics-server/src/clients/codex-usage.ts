import type { Tokens } from "../index/row.ts";
import { asCount } from "./json.ts";

const fields = ["input_tokens", "cached_input_tokens", "cache_write_input_tokens", "output_tokens", "reasoning_output_tokens"] as const;

/** What all of these read. */
export const usageShape = Object.fromEntries(fields.map((field) => [field, true] as const));

export function numbers(usage: Record<string, unknown>): number[] {
  return fields.map((field) => asCount(usage[field]) ?? 0);
}

export function difference(now: number[], before: number[]): Tokens {
  return tokensOf(Object.fromEntries(fields.map((field, at) => [field, (now[at] ?? 0) - (before[at] ?? 0)]))) as Tokens;
}

/** Codex counts what a cache served or took as input too. */
export function tokensOf(usage: Record<string, unknown> | undefined): Tokens | undefined {
  if (!usage) return undefined;
  const counts = fields.map((field) => asCount(usage[field]));
  if (counts.includes(undefined)) return undefined;
  const [all = 0, cacheRead = 0, cacheWrite = 0, output = 0, reasoning = 0] = counts as number[];
  return { input: Math.max(0, all - cacheRead - cacheWrite), output, cacheRead, cache5m: cacheWrite, cache1h: 0, reasoning: Math.min(reasoning, output) };
}
