import { type Weights, weights } from "../../packages/kb-server/src/rank/weights.ts";
import { readJudged } from "./judged.ts";
import { measure, type Quality } from "./measure.ts";
import { ours } from "./rankers.ts";

/** `node bench/quality/tune.ts`: one pass of coordinate search over the tune half, a line for each number of the ranking. */
const steps: Partial<Record<keyof Weights, number[]>> = {
  k1: [0.8, 1, 1.2, 1.5],
  b: [0.3, 0.5, 0.65, 0.75],
  title: [0.5, 1, 2, 3],
  heading: [0, 1, 2],
  proximity: [0, 0.2, 0.4, 0.8],
  article: [0, 0.3, 0.6, 1],
  neighbour: [0, 0.15, 0.3],
  edge: [0, 0.3, 0.7],
  floor: [0, 0.2, 0.25, 0.35],
};

const { documents, queries } = readJudged();
const tune = queries.filter(({ half }) => half === "tune");
const ranker = await ours(documents);
const show = ({ ndcg10, recall5, mrr, abstained }: Quality) => `nDCG ${ndcg10.toFixed(3)} R@5 ${recall5.toFixed(3)} MRR ${mrr.toFixed(3)} abstained ${abstained.toFixed(2)}`;
console.log(`now: ${show(await measure(ranker, tune))}`);
for (const [name, values] of Object.entries(steps)) {
  for (const value of values) console.log(`${name} ${value}: ${show(await measure(ranker, tune, { ...weights, [name]: value }))}`);
}
await ranker.close();
