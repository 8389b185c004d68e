import { mean, ndcg, recall, reciprocalRank } from "../../packages/kb-server/src/rank/metrics.ts";
import type { Weights } from "../../packages/kb-server/src/rank/weights.ts";
import type { JudgedQuery } from "./judged.ts";
import type { Ranker } from "./rankers.ts";

export interface Quality {
  queries: number;
  ndcg10: number;
  recall5: number;
  mrr: number;
  /** Of the questions that nothing answers, the share that got no answer. */
  abstained: number;
}

export async function measure(ranker: Ranker, queries: readonly JudgedQuery[], weights?: Weights): Promise<Quality> {
  const ranked = await Promise.all(queries.map(async (query) => ({ query, ids: await ranker.rank(query.query, weights) })));
  const answerable = ranked.filter(({ query }) => query.kind !== "none");
  const none = ranked.filter(({ query }) => query.kind === "none");
  return {
    queries: queries.length,
    ndcg10: round(mean(answerable.map(({ query, ids }) => ndcg(ids, query.relevant)))),
    recall5: round(mean(answerable.map(({ query, ids }) => recall(ids, query.relevant)))),
    mrr: round(mean(answerable.map(({ query, ids }) => reciprocalRank(ids, query.relevant)))),
    abstained: round(mean(none.map(({ ids }) => (ids.length === 0 ? 1 : 0)))),
  };
}

function round(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
