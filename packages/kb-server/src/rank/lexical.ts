import type { Database } from "@paios/shared/sqlite";
import { sql } from "@paios/shared/sqlite";
import type { Freshness } from "./freshness.ts";
import { nearTerms } from "./spelling.ts";
import { type Scan, Vocabulary } from "./vocabulary.ts";
import type { Weights } from "./weights.ts";

export interface QueryTerm {
  term: string;
  documents: number;
  idf: number;
}

/** A passage that was rescored from its text. */
export interface Passage {
  id: number;
  articleId: number;
  position: number;
  heading: string;
  title: string;
  /** How many passages its article has. */
  passages: number;
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
}

type PassageFacts = Omit<Passage, "score" | "coverage" | "matches" | "parts">;

/** Postings read per question: above it the most frequent terms only count in rescoring. */
const maxPostings = 80_000;
const maxCandidates = 300;
const maxProximity = 200;
const proximityTerms = 8;
const proximityWords = 12;

/** Document frequency and idf of the terms that are asked for, rarest first. A term nobody wrote has documents 0. */
export function weigh(database: Database, terms: readonly string[], cache: Freshness): QueryTerm[] {
  const { chunks } = corpus(database, cache);
  const counts = cache.get("documents", () => new Map<string, number>());
  const count = (term: string) => {
    let documents = counts.get(term);
    if (documents === undefined) {
      documents = (sql(database, "SELECT doc FROM term_count WHERE term = ?").pluck().get(term) as number | undefined) ?? 0;
      counts.set(term, documents);
    }
    return documents;
  };
  // A slip is looked for only when no word is known: among known words an unknown one is left to mean what it says.
  const known = terms.some((term) => count(term) > 0);
  const meant = known ? terms : terms.flatMap((term) => nearTerms(database, term));
  return [...new Set(meant.length > 0 ? meant : terms)]
    .map((term) => ({ term, documents: count(term), idf: Math.log(1 + (Math.max(chunks - count(term), 0) + 0.5) / (count(term) + 0.5)) }))
    .sort((a, b) => a.documents - b.documents);
}

/** Ids of the passages that match the most idf, at most 300, out of those that `mask` lets through. */
export function candidates(database: Database, terms: readonly QueryTerm[], mask: Uint8Array | undefined, cache: Freshness): number[] {
  const { sums, ids: touched } = cache.scratch((sql(database, "SELECT coalesce(max(id), 0) FROM chunk").pluck().get() as number) + 1);
  let [postings, count] = [0, 0];
  for (const { term, documents, idf } of terms) {
    if (documents === 0) continue;
    postings += documents;
    if (postings > maxPostings && count > 0) break;
    const rowids = sql(database, "SELECT rowid FROM chunk_terms WHERE chunk_terms MATCH ?").pluck().all(`"${term}"`) as number[];
    for (const id of rowids) {
      if (mask && mask[id] !== 1) continue;
      const before = sums[id] ?? 0;
      if (before === 0) touched[count++] = id;
      sums[id] = before + idf;
    }
  }
  const met = touched.subarray(0, count);
  const best = highest(met, sums, maxCandidates);
  for (let at = 0; at < count; at++) sums[met[at] ?? 0] = 0;
  return best;
}

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
  const passages: Passage[] = [];
  // Row by row, so that a text is garbage as soon as it was scanned: 300 of them kept are most of a small heap's work.
  for (const { id, articleId, position, heading, text, title, passages: siblings } of selectPassages<PassageFacts & { text: string }>(database, ", text").iterate(JSON.stringify(ids))) {
    const inTitle = inShort(title);
    const inHeading = inShort(heading);
    const scan = vocabulary.scan(text);
    const { counts, length } = scan;
    let article = read.get(articleId);
    if (!article) read.set(articleId, (article = { length: 0, frequencies: new Float32Array(terms.length) }));
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
    passages.push({ id, articleId, position, heading, title, passages: siblings, score: 0, coverage: matched / totalIdf, matches, parts });
  }
  passages.sort((a, b) => b.parts.bm25 - a.parts.bm25);
  for (const [rank, passage] of passages.entries()) {
    const { parts, articleId, title } = passage;
    if (rank >= maxProximity) parts.proximity = 0;
    parts.article = weights.article * articleScore(read.get(articleId), inShort(title), terms, weights, averageArticle);
    passage.score = parts.bm25 + parts.proximity + parts.article;
  }
  return shareWithNeighbours(passages, weights);
}

function articleScore(counts: ArticleCounts | undefined, inTitle: Uint32Array, terms: readonly QueryTerm[], weights: Weights, averageLength: number): number {
  if (!counts) return 0;
  let score = 0;
  for (const [index, { idf }] of terms.entries()) {
    const inBody = (counts.frequencies[index] ?? 0) / (1 - weights.b + (weights.b * counts.length) / averageLength);
    const frequency = inBody + weights.title * Math.min(inTitle[index] ?? 0, 1);
    score += (idf * frequency * (weights.k1 + 1)) / (frequency + weights.k1);
  }
  return score;
}

/** What is known about passages besides their texts, which are fetched for what is shown. */
export function fetchPassages(database: Database, ids: readonly number[]): PassageFacts[] {
  return selectPassages<PassageFacts>(database, "").all(JSON.stringify(ids));
}

export function textsOf(database: Database, ids: readonly number[]): Map<number, string> {
  const rows = sql<{ id: number; text: string }>(database, "SELECT chunk.id, text FROM json_each(?) CROSS JOIN chunk ON chunk.id = json_each.value").all(JSON.stringify(ids));
  return new Map(rows.map(({ id, text }) => [id, text]));
}

function selectPassages<Row>(database: Database, more: "" | ", text") {
  return sql<Row>(
    database,
    `SELECT chunk.id, article_id AS articleId, position, heading, title, (SELECT count(*) FROM chunk AS sibling WHERE sibling.article_id = article.id) AS passages${more}
     FROM json_each(?) CROSS JOIN chunk ON chunk.id = json_each.value CROSS JOIN article ON article.id = article_id WHERE state = 'live'`,
  );
}

interface Corpus {
  articles: number;
  chunks: number;
  terms: number;
}

function corpus(database: Database, cache: Freshness): Corpus {
  return cache.get("corpus", () => sql<Corpus>(database, "SELECT articles, chunks, terms FROM stats").get() ?? { articles: 0, chunks: 0, terms: 0 });
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

/** The `count` ids with the highest sums, found by counting in buckets instead of sorting them all. */
function highest(ids: Uint32Array, sums: Float32Array, count: number): number[] {
  if (ids.length <= count) return Array.from(ids);
  let top = 0;
  for (let at = 0; at < ids.length; at++) top = Math.max(top, sums[ids[at] ?? 0] ?? 0);
  const sizes = new Uint32Array(1_025);
  const buckets = new Uint16Array(ids.length);
  for (let at = 0; at < ids.length; at++) {
    const bucket = Math.floor(((sums[ids[at] ?? 0] ?? 0) / top) * 1_024);
    buckets[at] = bucket;
    sizes[bucket] = (sizes[bucket] ?? 0) + 1;
  }
  let threshold = 1_024;
  let above = 0;
  while (threshold > 0 && above + (sizes[threshold] ?? 0) < count) above += sizes[threshold--] ?? 0;
  const best: number[] = [];
  let spare = (sizes[threshold] ?? 0) - (count - above);
  for (let at = 0; at < ids.length; at++) {
    const bucket = buckets[at] ?? 0;
    if (bucket > threshold || (bucket === threshold && spare-- <= 0)) best.push(ids[at] ?? 0);
  }
  return best;
}
