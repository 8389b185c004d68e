import type { Kb } from "../kb.ts";
import { sql } from "@paios/shared/sqlite";
import { databaseSpan } from "@paios/shared/trace";
import { blend, type Blended } from "./blend.ts";
import { type Filter, mask } from "./filter.ts";
import { candidates, type QueryTerm, weigh } from "./candidates.ts";
import { textsOf } from "./passages.ts";
import { type Passage, rescore } from "./rescore.ts";
import { queryTerms } from "./words.ts";
import { type Weights, weights as tuned } from "./weights.ts";

export interface SearchRequest extends Filter {
  query: string;
  limit: number;
  mode: "auto" | "keyword" | "vector" | "hybrid";
}

/** One article, by its best passage. */
export interface Hit {
  articleId: number;
  score: number;
  passage: Blended;
  /** The passage's text. */
  text: string;
  learning: { fresh: number } | undefined;
  supersededBy: number | undefined;
}

export interface SearchOutcome {
  mode: "keyword" | "vector" | "hybrid";
  /** Why there are no vectors in the answer, when they were wanted. */
  notice: string | undefined;
  terms: QueryTerm[];
  hits: Hit[];
}

/** Answers a question in the order of how well articles fit it; with nothing when nothing fits. */
export async function search(kb: Kb, request: SearchRequest, signal: AbortSignal, weights: Weights = tuned): Promise<SearchOutcome> {
  const asking = request.mode === "keyword" ? { reason: undefined } : kb.embeddings.question(request.query, signal);
  const [question, { terms, fitting, allowed, phrases }] = await Promise.all([asking, byWords(kb, request, weights)]);
  const limits = { limit: request.limit, now: Date.now(), weights };
  if (!("space" in question)) {
    const notice = wantsVectors(kb, request.mode) ? question.reason : undefined;
    return { mode: "keyword", notice, terms, hits: hits(kb, fitting, limits) };
  }
  const { space, vector } = question;
  const looked = 2 * shortlisted(request.limit);
  const also = fitting.slice(0, looked).map(({ id }) => id);
  const similarities = databaseSpan(kb.database, "search vectors", () => kb.vectors.nearest(space, vector, allowed, also, looked));
  const weight = request.mode === "vector" ? 1 : (kb.config.embeddings.weight ?? space.weight);
  const blended = phrases.length > 0 || similarities.size === 0 || weight === 0 ? fitting : blend(kb.database, fitting, similarities, weight, shortlisted(request.limit));
  return { mode: request.mode === "vector" ? "vector" : "hybrid", notice: undefined, terms, hits: hits(kb, blended, limits) };
}

async function byWords(kb: Kb, request: SearchRequest, weights: Weights) {
  // Within two turns of the event loop the request for the question's vector goes out, and is answered while we work.
  for (let turn = 0; turn < 2 && request.mode !== "keyword"; turn++) await new Promise((resolve) => setImmediate(resolve));
  return searchWords(kb, request, weights);
}

/** Passages that fit a question by its words, best first. */
export function searchWords({ database, cache }: Pick<Kb, "database" | "cache">, request: Filter & { query: string }, weights: Weights = tuned) {
  return databaseSpan(database, "search words", () => {
    cache.check();
    const allowed = mask(database, request, cache);
    const terms = weigh(database, queryTerms(request.query), cache);
    const phrases = quoted(request.query);
    const passages = rescore(database, candidates(database, terms, allowed, cache, weights), terms, weights, cache);
    const fitting = fits(passages, terms, weights.floor) ? holding(database, phrases, passages) : [];
    return { terms, fitting, allowed, phrases };
  });
}

function wantsVectors(kb: Kb, mode: SearchRequest["mode"]): boolean {
  return mode === "vector" || mode === "hybrid" || (mode === "auto" && kb.config.embeddings.provider !== "none" && kb.config.embeddings.provider !== "auto") || kb.embeddings.failure !== undefined;
}

/** Whether anything answers the question at all; what matches one word of many does not. */
function fits(passages: readonly Passage[], terms: readonly QueryTerm[], floor: number): boolean {
  return terms.length < 3 || passages.some(({ matches, coverage }) => matches >= 2 || coverage >= floor);
}

/** Phrases in double quotes must be there as they are. */
function quoted(query: string): string[] {
  return [...query.matchAll(/"([^"\n]{2,200})"/g)].map(([, phrase]) => (phrase ?? "").toLowerCase());
}

function holding(database: Kb["database"], phrases: readonly string[], passages: Passage[]): Passage[] {
  if (phrases.length === 0) return passages;
  const texts = textsOf(database, passages.map(({ id }) => id));
  return passages.filter(({ id }) => phrases.every((phrase) => texts.get(id)?.toLowerCase().includes(phrase)));
}

interface Limits {
  limit: number;
  now: number;
  weights: Weights;
}

/** So many articles are looked at for what moves them up or down at the end. */
function shortlisted(limit: number): number {
  return limit * 2 + 10;
}

function hits(kb: Kb, passages: readonly Blended[], { limit, now, weights }: Limits): Hit[] {
  const articles = new Map<number, Blended>();
  for (const passage of passages) if (!articles.has(passage.articleId)) articles.set(passage.articleId, passage);
  const shortlist = [...articles.values()].slice(0, shortlisted(limit));
  const facts = learnings(kb, shortlist.map(({ articleId }) => articleId));
  const best = shortlist
    .map((passage) => {
      const { articleId, score } = passage;
      const { updatedMs, supersededBy } = facts.get(articleId) ?? {};
      const fresh = updatedMs === undefined ? 0 : Math.exp(-Math.max(0, now - updatedMs) / (weights.recencyDays * 86_400_000));
      return {
        articleId,
        score: score * (1 + weights.recency * fresh) * (supersededBy === undefined ? 1 : 0.5),
        passage,
        learning: updatedMs === undefined ? undefined : { fresh },
        supersededBy,
      };
    })
    .sort((a, b) => b.score - a.score)
    .slice(0, limit);
  const texts = textsOf(kb.database, best.map(({ passage }) => passage.id));
  return best.map((hit): Hit => ({ ...hit, text: texts.get(hit.passage.id) ?? "" }));
}

/** For learnings: their age, and what superseded them; for any article: what superseded it. */
function learnings(kb: Kb, ids: readonly number[]): Map<number, { updatedMs?: number; supersededBy?: number }> {
  const rows = sql<{ id: number; type: string; updated_ms: number; by: number | null }>(
    kb.database,
    `SELECT article.id, article.type, article.updated_ms, newer.id AS by FROM json_each(?) CROSS JOIN article ON article.id = json_each.value
     LEFT JOIN article AS newer ON newer.supersedes = article.id AND newer.state = 'live'
     WHERE article.type = 'learning' OR newer.id IS NOT NULL`,
  ).all(JSON.stringify(ids));
  return new Map(rows.map((row) => [row.id, { ...(row.type === "learning" && { updatedMs: row.updated_ms }), ...(row.by !== null && { supersededBy: row.by }) }]));
}
