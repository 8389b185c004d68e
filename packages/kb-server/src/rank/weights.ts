/**
 * The numbers of the ranking, chosen on the tune half of bench/judged (bench/quality/tune.ts) and reported on the other.
 */
export const weights = {
  /**
   * So many passages are read and rescored, fewer from 5,000 on, where reading takes the time: in 2,116 texts of
   * documentation 128 find known items with .003 less nDCG than 300 (.822 and .825, bench/quality/known-items.ts).
   */
  candidates: 300,
  candidatesOfMany: 128,
  /** BM25 term saturation and length normalisation. */
  k1: 1.2,
  b: 0.65,
  /** A term in the title or a heading counts as this many in the body. */
  title: 2,
  heading: 1,
  /** For two query terms close to each other, a share of the rarer one's idf, over their distance. */
  proximity: 0.4,
  /** How much the article as a whole counts beside its passage. */
  article: 0.3,
  /** How much of its neighbours' scores a passage gets. */
  neighbour: 0.15,
  /** What a missing neighbour at an article's edge counts, as a share of the passage's own score. */
  edge: 0.7,
  /** A learning gains up to this share while it is fresh. */
  recency: 0.1,
  recencyDays: 30,
  /**
   * When no passage matches two terms of a question of three or more, or this share of its idf, nothing fits: what one
   * common word brings up is noise.
   */
  floor: 0.25,
};

export type Weights = typeof weights;
