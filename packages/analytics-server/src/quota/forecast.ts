import { slotMs } from "../index/ledger.ts";

export interface Forecast {
  middleMs: number;
  earliestMs: number;
  latestMs: number;
}

/** Eighty of a hundred lie within so many standard deviations. */
const spread = 1.2816;

/**
 * When `left` percent will be used up at a pace of so many percent a slot. Taken as a random walk with that drift, the
 * time of first passage has the mean left / mean and the variance left · variance / mean³ (inverse Gaussian).
 */
export function forecast(left: number, { mean, variance }: { mean: number; variance: number }, nowMs: number): Forecast | undefined {
  if (mean <= 0) return undefined;
  const slots = Math.max(0, left) / mean;
  const deviation = Math.sqrt((Math.max(0, left) * variance) / mean ** 3);
  const at = (count: number) => nowMs + Math.max(0, count) * slotMs;
  return { middleMs: at(slots), earliestMs: at(slots - spread * deviation), latestMs: at(slots + spread * deviation) };
}
