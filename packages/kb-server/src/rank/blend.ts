import { type Database } from "@paios/shared/sqlite";
import { fetchPassages, type Passage } from "./lexical.ts";

/** A passage with both views of it. `score` is the convex blend of the two, each scaled to its best. */
export interface Blended extends Passage {
  similarity?: number;
}

/**
 * score = (1 − w) · words / best words + w · (similarity − floor) / (best similarity − floor), where the floor is the
 * lowest similarity among the candidates. A passage that only the vectors found has no words score.
 */
export function blend(database: Database, passages: readonly Passage[], similarities: ReadonlyMap<number, number>, weight: number): Blended[] {
  const values = [...similarities.values()];
  const best = Math.max(...values);
  const floor = Math.min(...values);
  const bestWords = Math.max(...passages.map(({ score }) => score), Number.MIN_VALUE);
  const known = new Set(passages.map(({ id }) => id));
  const onlyNear = fetchPassages(database, [...similarities.keys()].filter((id) => !known.has(id))).map((row) => ({
    ...row,
    score: 0,
    coverage: 0,
    matches: 0,
    parts: { bm25: 0, proximity: 0, neighbours: 0, article: 0 },
  }));
  return [...passages, ...onlyNear]
    .map((passage): Blended => {
      const similarity = similarities.get(passage.id);
      const near = similarity === undefined || best <= floor ? 0 : (similarity - floor) / (best - floor);
      const score = (1 - weight) * (passage.score / bestWords) + weight * near;
      return { ...passage, score, ...(similarity !== undefined && { similarity }) };
    })
    .sort((a, b) => b.score - a.score);
}
