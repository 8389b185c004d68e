import { type Database, sql } from "@paios/shared/sqlite";
import type { Freshness } from "./freshness.ts";
import { nearTerms } from "./spelling.ts";
import type { Weights } from "./weights.ts";

export interface QueryTerm {
  term: string;
  documents: number;
  idf: number;
  /** Ids of the passages that have it, where they were read to count them. */
  passages?: readonly number[];
}

/** Postings read per question: above it the most frequent terms only count in rescoring. */
const maxPostings = 80_000;
const manyPassages = 5_000;

/** Document frequency and idf of the terms that are asked for, rarest first. A term nobody wrote has documents 0. */
export function weigh(database: Database, terms: readonly string[], cache: Freshness): QueryTerm[] {
  const { chunks } = corpus(database, cache);
  const counts = cache.get("documents", () => new Map<string, number>());
  const read = new Map<string, number[]>();
  // To count a term is as much work as to read where it stands: where all may be read, that is done only once.
  const count = chunks * terms.length > maxPostings ? (term: string) => remembered(counts, term, () => inVocabulary(database, term)) : (term: string) => remembered(read, term, () => passagesOf(database, term)).length;
  // A slip is looked for only when no word is known: among known words an unknown one is left to mean what it says.
  const known = terms.some((term) => count(term) > 0);
  const meant = known ? terms : terms.flatMap((term) => nearTerms(database, term));
  return [...new Set(meant.length > 0 ? meant : terms)]
    .map((term): QueryTerm => {
      const documents = count(term);
      const passages = read.get(term);
      return { term, documents, idf: Math.log(1 + (Math.max(chunks - documents, 0) + 0.5) / (documents + 0.5)), ...(passages && { passages }) };
    })
    .sort((a, b) => a.documents - b.documents);
}

function inVocabulary(database: Database, term: string): number {
  return (sql(database, "SELECT doc FROM term_count WHERE term = ?").pluck().get(term) as number | undefined) ?? 0;
}

function passagesOf(database: Database, term: string): number[] {
  return sql(database, "SELECT rowid FROM chunk_terms WHERE chunk_terms MATCH ?").pluck().all(`"${term}"`) as number[];
}

function remembered<T>(known: Map<string, T>, key: string, make: () => T): T {
  let found = known.get(key);
  if (found === undefined) known.set(key, (found = make()));
  return found;
}

/** Ids of the passages that match the most idf, out of those that `mask` lets through. */
export function candidates(database: Database, terms: readonly QueryTerm[], mask: Uint8Array | undefined, cache: Freshness, weights: Weights): number[] {
  const { sums, ids: touched } = cache.scratch((sql(database, "SELECT coalesce(max(id), 0) FROM chunk").pluck().get() as number) + 1);
  let [postings, count] = [0, 0];
  for (const { term, documents, idf, passages } of terms) {
    if (documents === 0) continue;
    postings += documents;
    if (postings > maxPostings && count > 0) break;
    for (const id of passages ?? passagesOf(database, term)) {
      if (mask && mask[id] !== 1) continue;
      const before = sums[id] ?? 0;
      if (before === 0) touched[count++] = id;
      sums[id] = before + idf;
    }
  }
  const met = touched.subarray(0, count);
  const best = highest(met, sums, corpus(database, cache).chunks < manyPassages ? weights.candidates : weights.candidatesOfMany);
  for (let at = 0; at < count; at++) sums[met[at] ?? 0] = 0;
  return best;
}

/** How much there is, which averages are made of. */
export interface Corpus {
  articles: number;
  chunks: number;
  terms: number;
}

export function corpus(database: Database, cache: Freshness): Corpus {
  return cache.get("corpus", () => sql<Corpus>(database, "SELECT articles, chunks, terms FROM stats").get() ?? { articles: 0, chunks: 0, terms: 0 });
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
