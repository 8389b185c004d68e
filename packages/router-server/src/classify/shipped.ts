import stored from "../../weights.json" with { type: "json" };
import { readWeights, type Weights } from "./model.ts";

let weights: Weights | undefined;

/** The weights that come with this version: training/train.ts makes them. */
export function shippedWeights(): Weights {
  return (weights ??= readWeights(stored));
}
