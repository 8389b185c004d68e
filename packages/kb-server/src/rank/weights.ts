/**
 * The numbers of the ranking. Tuned by `pnpm bench quality --tune` on the tune half of bench/judged, reported on the
 * other half.
 */
export const weights = {
  /** BM25 term saturation and length normalisation. */
  k1: 1.2,
  b: 0.6,
  /** A term in the title or a heading counts as this many in the body. */
  title: 1.5,
  heading: 1,
  /** For two query terms close to each other, a share of the rarer one's idf, over their distance. */
  proximity: 0.4,
  /** How much of its neighbours' scores a passage gets. */
  neighbour: 0.15,
  /** How much of an article's other passages' scores it gets on top of the best. */
  others: 0.05,
  /** A learning gains up to this share while it is fresh. */
  recency: 0.1,
  recencyDays: 30,
  /** The share of the question's idf that an article must match, or it is noise. */
  floor: 0.2,
};

export type Weights = typeof weights;
