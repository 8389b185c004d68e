import type { Database } from "@paios/shared/sqlite";
import { corpus, type QueryTerm } from "./candidates.ts";
import type { Freshness } from "./freshness.ts";
import { type PassageFacts, readPassages } from "./passages.ts";
import { type Scan, Vocabulary } from "./vocabulary.ts";
import type { Weights } from "./weights.ts";

/** A passage that was rescored from its text. */
export interface Passage extends PassageFacts {
  score: number;
  /** The share of the question's idf that this passage matches, 0 to 1, and how many of its terms. */
  coverage: number;
  matches: number;
  parts: { bm25: number; proximity: number; neighbours: number; article: number };
}

/** How often each term stands in the passages of an article that were read, and how long those are. */
interface ArticleCounts {
  length: number;
  frequencies: Float32Array;
  score?: number;
}

const proximityTerms = 8;
const proximityWords = 12;

/**
 * Field-aware BM25, proximity and neighbour share of each passage, and BM25 of its article as far as it was read, from
 * text fetched in one statement. Best first.
 */
export function rescore(database: Database, ids: readonly number[], terms: readonly QueryTerm[], weights: Weights, cache: Freshness): Passage[] {
  const { chunks, terms: totalTerms, articles } = corpus(database, cache);
  const averageLength = Math.max(totalTerms / Math.max(chunks, 1), 1);
  const averageArticle = Math.max(totalTerms / Math.max(articles, 1), 1);
  const read = new Map<number, ArticleCounts>();
  const vocabulary = new Vocabulary(terms.map(({ term }) => term));
  const totalIdf = terms.reduce((sum, { idf }) => sum + idf, 0) || 1;
  const shortTexts = new Map<string, Uint32Array>();
  const inShort = (text: string) => {
    let found = shortTexts.get(text);
    if (!found) shortTexts.set(text, (found = vocabulary.scan(text).counts.slice()));
    return found;
  };
  const { passages: found, ends, bytes } = readPassages(database, ids);
  const passages = found.map((facts, at): Passage => {
    const inTitle = inShort(facts.title);
    const inHeading = inShort(facts.heading);
    const scan = vocabulary.scanBytes(bytes, at === 0 ? 0 : (ends[at - 1] ?? 0) + 1, ends[at] ?? 0);
    const { counts, length } = scan;
    let article = read.get(facts.articleId);
    if (!article) read.set(facts.articleId, (article = { length: 0, frequencies: new Float32Array(terms.length) }));
    article.length += length;
    let bm25 = 0;
    let matched = 0;
    let matches = 0;
    for (let index = 0; index < terms.length; index++) {
      const count = counts[index] ?? 0;
      const frequency = count / (1 - weights.b + (weights.b * length) / averageLength) + weights.title * Math.min(inTitle[index] ?? 0, 1) + weights.heading * Math.min(inHeading[index] ?? 0, 1);
      if (frequency === 0) continue;
      const idf = terms[index]?.idf ?? 0;
      article.frequencies[index] = (article.frequencies[index] ?? 0) + count;
      bm25 += (idf * frequency * (weights.k1 + 1)) / (frequency + weights.k1);
      matched += idf;
      matches++;
    }
    const parts = { bm25, proximity: weights.proximity * closeness(scan, terms), neighbours: 0, article: 0 };
    return { ...facts, score: 0, coverage: matched / totalIdf, matches, parts };
  });
  for (const passage of passages) {
    const { parts, articleId, title } = passage;
    const counted = read.get(articleId);
    if (counted && counted.score === undefined) counted.score = articleScore(counted, inShort(title), terms, weights, averageArticle);
    parts.article = weights.article * (counted?.score ?? 0);
    passage.score = parts.bm25 + parts.proximity + parts.article;
  }
  return shareWithNeighbours(passages, weights);
}

function articleScore({ length, frequencies }: ArticleCounts, inTitle: Uint32Array, terms: readonly QueryTerm[], weights: Weights, averageLength: number): number {
  let score = 0;
  for (let index = 0; index < terms.length; index++) {
    const inBody = (frequencies[index] ?? 0) / (1 - weights.b + (weights.b * length) / averageLength);
    const frequency = inBody + weights.title * Math.min(inTitle[index] ?? 0, 1);
    score += ((terms[index]?.idf ?? 0) * frequency * (weights.k1 + 1)) / (frequency + weights.k1);
  }
  return score;
}

/** For each pair of the rarest terms, the smaller idf over the smallest distance between them. */
function closeness({ counts, positions }: Scan, terms: readonly QueryTerm[]): number {
  let sum = 0;
  const present: number[] = [];
  for (let index = 0; index < terms.length && present.length < proximityTerms; index++) if (counts[index]) present.push(index);
  for (let at = 0; at < present.length; at++) {
    for (let then = at + 1; then < present.length; then++) {
      const [first = 0, second = 0] = [present[at], present[then]];
      const distance = smallestDistance(positions[first] ?? [], counts[first] ?? 0, positions[second] ?? [], counts[second] ?? 0);
      if (distance <= proximityWords) sum += Math.min(terms[first]?.idf ?? 0, terms[second]?.idf ?? 0) / distance;
    }
  }
  return sum;
}

/** Between the first `countA` of `a` and the first `countB` of `b`, both ascending. */
function smallestDistance(a: readonly number[], countA: number, b: readonly number[], countB: number): number {
  let smallest = Infinity;
  for (let i = 0, j = 0; i < countA && j < countB; ) {
    const left = a[i] ?? 0;
    const right = b[j] ?? 0;
    smallest = Math.min(smallest, Math.abs(left - right) || 1);
    if (left < right) i++;
    else j++;
  }
  return smallest;
}

/** A passage at an article's edge gets a typical neighbour's share, or a long article would win by its length alone. */
function shareWithNeighbours(passages: Passage[], { neighbour, edge }: Weights): Passage[] {
  const place = (articleId: number, position: number) => articleId * 2 ** 20 + position;
  const own = new Map(passages.map(({ articleId, position, score }) => [place(articleId, position), score]));
  for (const passage of passages) {
    const { articleId, position, passages: count, score } = passage;
    const before = position > 0 ? (own.get(place(articleId, position - 1)) ?? 0) : edge * score;
    const after = position < count - 1 ? (own.get(place(articleId, position + 1)) ?? 0) : edge * score;
    passage.parts.neighbours = neighbour * (before + after);
    passage.score += passage.parts.neighbours;
  }
  return passages.sort((a, b) => b.score - a.score);
}
