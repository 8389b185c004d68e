import { buckets, type Features } from "./features.ts";
import { categories } from "./categories.ts";

/** A linear softmax. `data` has a row of one byte a category for each bucket; a weight is its byte times `scale`. */
export interface StoredWeights {
  version: string;
  /** ISO date. */
  trained: string;
  categories: readonly string[];
  scale: number;
  bias: readonly number[];
  /** Logits are divided by it: calibrated. */
  temperature: number;
  /** Base64 of signed bytes. */
  data: string;
}

export interface Weights {
  version: string;
  scale: number;
  bias: Float64Array;
  temperature: number;
  data: Int8Array;
}

export const classes = categories.length;

/** Throws for weights of another shape. */
export function readWeights({ version, scale, bias, temperature, data, categories: names }: StoredWeights): Weights {
  const bytes = Buffer.from(data, "base64");
  if (names.join() !== categories.join() || bytes.length !== buckets * classes) throw new Error(`Weights ${version} are of another shape`);
  return { version, scale, bias: Float64Array.from(bias), temperature, data: new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length) };
}

/** Changes to weights by feedback: bucket and category → what is added. */
export type Delta = ReadonlyMap<number, number>;

/** Probabilities by category. */
export function probabilities(weights: Weights, { indices, values }: Features, delta?: Delta): Float64Array {
  const logits = Float64Array.from(weights.bias);
  for (let at = 0; at < indices.length; at++) {
    const row = (indices[at] ?? 0) * classes;
    const value = (values[at] ?? 0) * weights.scale;
    for (let each = 0; each < classes; each++) logits[each] = (logits[each] ?? 0) + (weights.data[row + each] ?? 0) * value;
  }
  if (delta && delta.size > 0) addDelta(logits, indices, values, delta);
  return softmax(logits, weights.temperature);
}

function addDelta(logits: Float64Array, indices: Uint16Array, values: Float32Array, delta: Delta): void {
  for (let at = 0; at < indices.length; at++) {
    for (let each = 0; each < classes; each++) {
      const change = delta.get((indices[at] ?? 0) * classes + each);
      if (change !== undefined) logits[each] = (logits[each] ?? 0) + change * (values[at] ?? 0);
    }
  }
}

export function softmax(logits: Float64Array, temperature: number): Float64Array {
  const highest = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp((logit - highest) / temperature));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}
