/** Relevance grades by document id; what is not named is not relevant. */
export type Grades = Readonly<Record<string, number>>;

/** Normalised discounted cumulative gain of the first `depth` documents, 0 to 1 (gain 2^grade − 1, log2 discount). */
export function ndcg(ranked: readonly string[], grades: Grades, depth = 10): number {
  const gain = (grade: number, rank: number) => (2 ** grade - 1) / Math.log2(rank + 2);
  const ideal = Object.values(grades).sort((a, b) => b - a).slice(0, depth).reduce((sum, grade, rank) => sum + gain(grade, rank), 0);
  if (ideal === 0) return 0;
  return ranked.slice(0, depth).reduce((sum, id, rank) => sum + gain(grades[id] ?? 0, rank), 0) / ideal;
}

/** The share of the relevant documents that are among the first `depth`. */
export function recall(ranked: readonly string[], grades: Grades, depth = 5): number {
  const relevant = Object.entries(grades).filter(([, grade]) => grade > 0);
  if (relevant.length === 0) return 0;
  const first = new Set(ranked.slice(0, depth));
  return relevant.filter(([id]) => first.has(id)).length / relevant.length;
}

/** One over the rank of the first relevant document, 0 when there is none. */
export function reciprocalRank(ranked: readonly string[], grades: Grades): number {
  const rank = ranked.findIndex((id) => (grades[id] ?? 0) > 0);
  return rank < 0 ? 0 : 1 / (rank + 1);
}

export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
