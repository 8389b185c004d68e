import { type Database } from "@paios/shared/sqlite";
import { fetchPassages } from "./passages.ts";
import type { Passage } from "./rescore.ts";

/** A passage with both views of it. `score` is the convex blend of the two, each scaled to its best. */
export interface Blended extends Passage {
  similarity?: number;
}

/**
 * score = (1 − w) · words / best words + w · (similarity − floor) / (best similarity − floor), where the floor is the
 * lowest similarity among the candidates. A passage that only the vectors found has no words score. Of those only what
 * can be among the first `articles` articles is in the answer.
 */
export function blend(database: Database, passages: readonly Passage[], similarities: ReadonlyMap<number, number>, weight: number, articles = Infinity): Blended[] {
  const values = [...similarities.values()];
  const best = Math.max(...values);
  const floor = Math.min(...values);
  const bestWords = Math.max(...passages.map(({ score }) => score), Number.MIN_VALUE);
  const share = (similarity: number | undefined) => (similarity === undefined || best <= floor ? 0 : weight * ((similarity - floor) / (best - floor)));
  const blended = passages.map((passage): Blended => {
    const similarity = similarities.get(passage.id);
    const score = (1 - weight) * (passage.score / bestWords) + share(similarity);
    return { ...passage, score, ...(similarity !== undefined && { similarity }) };
  });
  blended.sort((a, b) => b.score - a.score);
  const least = scoreOfArticle(blended, articles);
  const known = new Set(passages.map(({ id }) => id));
  const onlyNear = [...similarities].filter(([id, similarity]) => !known.has(id) && share(similarity) >= least).map(([id]) => id);
  for (const facts of fetchPassages(database, onlyNear)) {
    const similarity = similarities.get(facts.id) ?? 0;
    blended.push({ ...facts, score: share(similarity), similarity, coverage: 0, matches: 0, parts: { bm25: 0, proximity: 0, neighbours: 0, article: 0 } });
  }
  return blended.sort((a, b) => b.score - a.score);
}

/** The score of the `count`-th different article, or 0 when there are fewer. */
function scoreOfArticle(ranked: readonly Blended[], count: number): number {
  const seen = new Set<number>();
  return ranked.find(({ articleId }) => seen.add(articleId).size >= count)?.score ?? 0;
}
