import { sql } from "@paios/shared/sqlite";
import type { Kb } from "../kb.ts";
import { differingBits, nearBits, nearKeys, simhash } from "../store/simhash.ts";
import { type ArticleFacts, textOf } from "../store/read.ts";
import { search } from "./search.ts";
import { weigh } from "./candidates.ts";
import { indexTerms } from "./words.ts";

export interface Related {
  id: number;
  why: "links to" | "linked from" | "near-duplicate" | "supersedes" | "superseded by" | "similar";
  score?: number;
}

const tellingTerms = 16;
const readChars = 20_000;

/** What belongs with an article: stated relations first, then by content, each article once. */
export async function related(kb: Kb, article: ArticleFacts, limit: number, signal: AbortSignal): Promise<Related[]> {
  const text = textOf(kb.database, article.id).slice(0, readChars);
  const stated = [...supersession(kb, article), ...links(kb, article), ...nearDuplicates(kb, article, text)];
  kb.cache.check();
  const query = telling(kb, `${article.title}\n${text}`);
  const { hits } = await search(kb, { query, limit: limit + stated.length + 1, mode: "keyword" }, signal);
  const best = hits[0]?.score ?? 1;
  const similar = hits.map((hit): Related => ({ id: hit.articleId, why: "similar", score: Math.round((hit.score / best) * 1_000) / 1_000 }));
  const seen = new Set([article.id]);
  return [...stated, ...similar].filter(({ id }) => !seen.has(id) && seen.add(id)).slice(0, limit);
}

/** The article's own words that tell most: frequent here, rare elsewhere. */
function telling(kb: Kb, text: string): string {
  const counts = new Map<string, number>();
  for (const term of indexTerms(text)) counts.set(term, (counts.get(term) ?? 0) + 1);
  const frequent = [...counts].filter(([term]) => term.length > 2).sort(([, a], [, b]) => b - a).slice(0, 120);
  return weigh(kb.database, frequent.map(([term]) => term), kb.cache)
    .filter(({ documents }) => documents > 1)
    .sort((a, b) => b.idf * (counts.get(b.term) ?? 0) - a.idf * (counts.get(a.term) ?? 0))
    .slice(0, tellingTerms)
    .map(({ term }) => term)
    .join(" ");
}

function supersession({ database }: Kb, { id, supersedes }: ArticleFacts): Related[] {
  const newer = sql(database, "SELECT id FROM article WHERE supersedes = ? AND state = 'live'").pluck().all(id) as number[];
  return [...newer.map((by): Related => ({ id: by, why: "superseded by" })), ...(supersedes === null ? [] : [{ id: supersedes, why: "supersedes" as const }])];
}

/** Links by title, or by the end of the other's location ("guide/install.md" in ".../guide/install.md"). */
function links({ database }: Kb, { id, title, sources }: ArticleFacts): Related[] {
  const targets = sql(database, "SELECT target FROM link WHERE article_id = ?").pluck().all(id) as string[];
  const base = sources[0]?.location ?? "";
  const find = sql(database, "SELECT id FROM article WHERE title = ? AND state = 'live' UNION SELECT article_id FROM source WHERE kind <> 'added' AND location = ? LIMIT 5").pluck();
  const outgoing = targets.flatMap((target) => find.all(target, resolveTarget(base, target)) as number[]);
  const incoming = sql(database, "SELECT article_id FROM link WHERE target IN (SELECT value FROM json_each(?)) LIMIT 20").pluck().all(JSON.stringify([title, ...namesOf(base)])) as number[];
  return [...outgoing.map((to): Related => ({ id: to, why: "links to" })), ...incoming.map((from): Related => ({ id: from, why: "linked from" }))];
}

function resolveTarget(base: string, target: string): string {
  if (!base) return target;
  try {
    const resolved = new URL(target, base.startsWith("/") ? `file://${base}` : base);
    return resolved.protocol === "file:" ? decodeURIComponent(resolved.pathname) : resolved.href;
  } catch {
    return target;
  }
}

/** How other files may have written a link to this location. */
function namesOf(location: string): string[] {
  const parts = location.split("/");
  const file = parts.at(-1) ?? "";
  return location === "" ? [] : [location, file, `./${file}`, parts.slice(-2).join("/"), `../${parts.slice(-2).join("/")}`];
}

function nearDuplicates({ database }: Kb, { id }: ArticleFacts, text: string): Related[] {
  const own = simhash(indexTerms(text));
  if (!own) return [];
  const rows = sql<{ id: number; simhash: Uint8Array }>(database, "SELECT DISTINCT article.id, simhash FROM near_key CROSS JOIN article ON article.id = article_id WHERE key IN (?, ?, ?, ?) AND state = 'live' LIMIT 200").all(...nearKeys(own));
  return rows.filter((row) => row.id !== id && differingBits(row.simhash, own) <= nearBits).map((row) => ({ id: row.id, why: "near-duplicate" }));
}
