import type { Database } from "@paios/shared/sqlite";
import { sql } from "@paios/shared/sqlite";
import type { Freshness } from "./freshness.ts";
import { Vocabulary } from "./vocabulary.ts";
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
  text: string;
  title: string;
  score: number;
  /** The share of the question's idf that this passage matches, 0 to 1. */
  coverage: number;
  parts: { bm25: number; proximity: number; neighbours: number };
}

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
  const weighed = terms.map((term) => {
    let documents = counts.get(term);
    if (documents === undefined) {
      documents = (sql(database, "SELECT doc FROM term_count WHERE term = ?").pluck().get(term) as number | undefined) ?? 0;
      counts.set(term, documents);
    }
    return { term, documents, idf: Math.log(1 + (Math.max(chunks - documents, 0) + 0.5) / (documents + 0.5)) };
  });
  return weighed.sort((a, b) => a.documents - b.documents);
}

/** Ids of the passages that match the most idf, at most 300, out of those that `mask` lets through. */
export function candidates(database: Database, terms: readonly QueryTerm[], mask: Uint8Array | undefined, cache: Freshness): number[] {
  const sums = cache.scratch((sql(database, "SELECT coalesce(max(id), 0) FROM chunk").pluck().get() as number) + 1);
  const touched: number[] = [];
  let postings = 0;
  for (const { term, documents, idf } of terms) {
    if (documents === 0) continue;
    postings += documents;
    if (postings > maxPostings && touched.length > 0) break;
    const rowids = sql(database, "SELECT rowid FROM chunk_terms WHERE chunk_terms MATCH ?").pluck().all(`"${term}"`) as number[];
    for (const id of rowids) {
      if (mask && mask[id] !== 1) continue;
      const before = sums[id] ?? 0;
      if (before === 0) touched.push(id);
      sums[id] = before + idf;
    }
  }
  const best = highest(touched, sums, maxCandidates);
  for (const id of touched) sums[id] = 0;
  return best;
}

/** Field-aware BM25, proximity and neighbour share, from text fetched in one statement. Best first. */
export function rescore(database: Database, ids: readonly number[], terms: readonly QueryTerm[], weights: Weights, cache: Freshness): Passage[] {
  const { chunks, terms: totalTerms } = corpus(database, cache);
  const averageLength = Math.max(totalTerms / Math.max(chunks, 1), 1);
  const vocabulary = new Vocabulary(terms.map(({ term }) => term));
  const totalIdf = terms.reduce((sum, { idf }) => sum + idf, 0) || 1;
  const titles = new Map<string, number[][]>();
  const scanned = fetchPassages(database, ids).map((row) => {
    const { positions, length } = vocabulary.scan(row.text);
    let inTitle = titles.get(row.title);
    if (!inTitle) titles.set(row.title, (inTitle = vocabulary.scan(row.title).positions));
    const inHeading = row.heading ? vocabulary.scan(row.heading).positions : undefined;
    let bm25 = 0;
    let matched = 0;
    for (const [index, { idf }] of terms.entries()) {
      const inBody = (positions[index]?.length ?? 0) / (1 - weights.b + (weights.b * length) / averageLength);
      const frequency = inBody + weights.title * Math.min(inTitle[index]?.length ?? 0, 1) + weights.heading * Math.min(inHeading?.[index]?.length ?? 0, 1);
      if (frequency === 0) continue;
      bm25 += (idf * frequency * (weights.k1 + 1)) / (frequency + weights.k1);
      matched += idf;
    }
    return { row, positions, bm25, coverage: matched / totalIdf };
  });
  scanned.sort((a, b) => b.bm25 - a.bm25);
  const passages = scanned.map(({ row, positions, bm25, coverage }, rank): Passage => {
    const proximity = rank < maxProximity ? weights.proximity * closeness(positions, terms) : 0;
    return { ...row, score: bm25 + proximity, coverage, parts: { bm25, proximity, neighbours: 0 } };
  });
  return shareWithNeighbours(passages, weights.neighbour);
}

export function fetchPassages(database: Database, ids: readonly number[]): Omit<Passage, "score" | "coverage" | "parts">[] {
  return sql<Omit<Passage, "score" | "coverage" | "parts">>(
    database,
    `SELECT chunk.id, article_id AS articleId, position, heading, text, title
     FROM json_each(?) CROSS JOIN chunk ON chunk.id = json_each.value CROSS JOIN article ON article.id = article_id WHERE state = 'live'`,
  ).all(JSON.stringify(ids));
}

interface Corpus {
  articles: number;
  chunks: number;
  terms: number;
}

export function corpus(database: Database, cache: Freshness): Corpus {
  return cache.get("corpus", () => sql<Corpus>(database, "SELECT articles, chunks, terms FROM stats").get() ?? { articles: 0, chunks: 0, terms: 0 });
}

/** For each pair of the rarest terms, the smaller idf over the smallest distance between them. */
function closeness(positions: readonly number[][], terms: readonly QueryTerm[]): number {
  let sum = 0;
  const present = terms.flatMap((_, index) => ((positions[index]?.length ?? 0) > 0 ? [index] : [])).slice(0, proximityTerms);
  for (const [at, first] of present.entries()) {
    for (const second of present.slice(at + 1)) {
      const distance = smallestDistance(positions[first] ?? [], positions[second] ?? []);
      if (distance <= proximityWords) sum += Math.min(terms[first]?.idf ?? 0, terms[second]?.idf ?? 0) / distance;
    }
  }
  return sum;
}

function smallestDistance(a: readonly number[], b: readonly number[]): number {
  let smallest = Infinity;
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const [left = 0, right = 0] = [a[i], b[j]];
    smallest = Math.min(smallest, Math.abs(left - right) || 1);
    if (left < right) i++;
    else j++;
  }
  return smallest;
}

function shareWithNeighbours(passages: Passage[], share: number): Passage[] {
  const own = new Map(passages.map((passage) => [`${passage.articleId}:${passage.position}`, passage.score]));
  for (const passage of passages) {
    const { articleId, position } = passage;
    const neighbours = share * ((own.get(`${articleId}:${position - 1}`) ?? 0) + (own.get(`${articleId}:${position + 1}`) ?? 0));
    passage.parts.neighbours = neighbours;
    passage.score += neighbours;
  }
  return passages.sort((a, b) => b.score - a.score);
}

/** The `count` ids with the highest sums, found by counting in buckets instead of sorting them all. */
function highest(ids: number[], sums: Float32Array, count: number): number[] {
  if (ids.length <= count) return ids;
  let top = 0;
  for (const id of ids) top = Math.max(top, sums[id] ?? 0);
  const buckets = new Uint32Array(1_025);
  const bucket = (id: number) => Math.floor(((sums[id] ?? 0) / top) * 1_024);
  for (const id of ids) buckets[bucket(id)] = (buckets[bucket(id)] ?? 0) + 1;
  let threshold = 1_024;
  for (let kept = buckets[1_024] ?? 0; threshold > 0 && kept < count; kept += buckets[threshold] ?? 0) threshold--;
  const above: number[] = [];
  const at: number[] = [];
  for (const id of ids) (bucket(id) > threshold ? above : bucket(id) === threshold ? at : []).push(id);
  return [...above, ...at.slice(Math.min(0, above.length - count))].slice(0, count);
}
