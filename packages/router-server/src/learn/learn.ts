import { brainOf, categories, type RoutedBrain } from "../classify/categories.ts";
import type { Features } from "../classify/features.ts";
import { classes, type Delta, probabilities, type Weights } from "../classify/model.ts";

/** A decision and what was said of it. */
export interface FeedbackRow {
  features: Features;
  /** Whom the router chose. */
  brain: string;
  category: string;
  score: number;
  correctBrain: string | undefined;
}

const step = 0.8;
const towardsScore = 0.25;
/** How far a weight may be moved, in all. */
const furthest = 1.5;
/** Each pass pulls every change this much back to the shipped weights. */
const pull = 0.02;
const passes = 4;

/**
 * The changes to the shipped weights that feedback asks for: a cross-entropy step towards the correct brain, a small one
 * towards a choice that scored 4 or 5, and away from one that scored 1 or 2; nothing for a 3. Clipped, and pulled back.
 * What was right before and is not any more is rehearsed in between: one person's habit must not cost what all know.
 */
export function learn(weights: Weights, rows: readonly FeedbackRow[], rehearsed: readonly { features: Features; brain: string }[] = []): Map<number, number> {
  const delta = new Map<number, number>();
  const known = rehearsed.filter(({ features, brain }) => likeliestBrain(probabilities(weights, features)) === brain);
  for (let pass = 0; pass < passes; pass++) {
    for (const row of rows) oneStep(weights, delta, row);
    for (const { features, brain } of known) {
      if (likeliestBrain(probabilities(weights, features, delta)) !== brain) oneStep(weights, delta, { features, brain, category: "", score: 1, correctBrain: brain });
    }
    for (const [place, change] of delta) delta.set(place, change * (1 - pull));
  }
  for (const [place, change] of delta) if (Math.abs(change) < 1e-4) delta.delete(place);
  return delta;
}

function oneStep(weights: Weights, delta: Map<number, number>, row: FeedbackRow): void {
  const target = targetOf(row);
  if (!target) return;
  const { indices, values } = row.features;
  const now = probabilities(weights, row.features, delta);
  const wanted = spread(now, target.brain, row.category);
  for (let at = 0; at < indices.length; at++) {
    for (let each = 0; each < classes; each++) {
      const change = step * target.size * ((wanted[each] ?? 0) - (now[each] ?? 0)) * (values[at] ?? 0);
      if (Math.abs(change) < 1e-6) continue;
      const place = (indices[at] ?? 0) * classes + each;
      delta.set(place, Math.max(-furthest, Math.min(furthest, (delta.get(place) ?? 0) + change)));
    }
  }
}

/** Towards whom, and how much (below 0: away). */
function targetOf({ brain, score, correctBrain }: FeedbackRow): { brain: RoutedBrain; size: number } | undefined {
  if (correctBrain !== undefined) return isRouted(correctBrain) ? { brain: correctBrain, size: 1 } : undefined;
  if (score === 3 || !isRouted(brain)) return undefined;
  return { brain, size: score > 3 ? towardsScore : -towardsScore };
}

/** All of the probability on the categories of a brain, shared as it is shared among them now. */
function spread(now: Float64Array, brain: RoutedBrain, category: string): Float64Array {
  const own = categories.map((name, at) => (brainOf[name] === brain ? (now[at] ?? 0) + (name === category ? 0.05 : 0.001) : 0));
  const sum = own.reduce((total, share) => total + share, 0);
  return Float64Array.from(own, (share) => share / sum);
}

function isRouted(brain: string): brain is RoutedBrain {
  return Object.values(brainOf).some((each) => each === brain);
}

/** The share of rows whose likeliest brain is the wanted one. */
export function accuracy(weights: Weights, rows: readonly { features: Features; brain: string }[], delta?: Delta): number {
  if (rows.length === 0) return 1;
  return rows.filter(({ features, brain }) => likeliestBrain(probabilities(weights, features, delta)) === brain).length / rows.length;
}

function likeliestBrain(byCategory: Float64Array): RoutedBrain {
  const sums: Record<RoutedBrain, number> = { codex: 0, claude: 0, gemini: 0, gateway: 0 };
  for (const [at, name] of categories.entries()) sums[brainOf[name]] += byCategory[at] ?? 0;
  return (Object.entries(sums) as [RoutedBrain, number][]).toSorted(([, a], [, b]) => b - a)[0]?.[0] ?? "claude";
}
