import { sql } from "@paios/shared/sqlite";
import { textsOf } from "../rank/passages.ts";
import { type Passage } from "../rank/rescore.ts";
import { searchWords } from "../rank/search.ts";
import { indexTerms } from "../rank/words.ts";
import type { Trust } from "../store/prepare.ts";
import type { Memory } from "./open.ts";
import { type MemoryWeights, memoryWeights } from "./weights.ts";

/** Where a session stands, as far as its folder tells. */
export interface Whereabouts {
  /** Its name; "" when the folder is nobody's project. */
  project: string;
  /** `host/owner/name`; of a worktree without one, the folder of its repository. */
  remote: string;
  folder: string;
  branch: string;
}

/** What was worked on there. */
export interface RecentWork {
  /** Newest first. */
  commits: readonly string[];
  /** Changed last, relative to the folder. */
  files: readonly string[];
}

export interface Recalled {
  id: number;
  title: string;
  type: string;
  trust: Trust;
  origin: string;
  source: string;
  updatedMs: number;
  score: number;
  /** Why it was chosen, for the person. */
  reasons: string[];
  text: string;
}

interface Known {
  id: number;
  title: string;
  type: string;
  trust: Trust;
  updatedMs: number;
  origin: string;
  source: string;
  place: Partial<Pick<Whereabouts, "remote" | "folder" | "branch"> & RecentWork>;
}

interface Judged extends Known {
  score: number;
  reasons: string[];
  fit: Fit | undefined;
}

const dayMs = 86_400_000;
const recentLearnings = 60;
const reasonTerms = 4;
const trunks = new Set(["", "main", "master", "trunk", "develop", "dev"]);
/** What a tool printed is found by asking; it is not put before anybody. */
const neverInjected = ["outcome", "search"];

/** What fits the start of a session by its folder alone, best first: nothing rather than what does not. */
export function recallForOpening(memory: Memory, at: Whereabouts & RecentWork, limit: number, now: number, weights: MemoryWeights = memoryWeights): Recalled[] {
  if (at.project === "") return [];
  memory.cache.check();
  const branchWords = trunks.has(at.branch) ? "" : words(at.branch);
  const hints = [branchWords, ...at.commits.slice(0, weights.commits), ...at.files.slice(0, weights.files).map(words)].join("\n");
  const fits = byWords(memory, hints, at.project);
  const judged = candidates(memory, at, fits).map((article): Judged => {
    const fit = fits.get(article.id);
    const branch = branchWords !== "" && article.place.branch === at.branch ? 1 : 0;
    const files = overlap(article.place.files ?? [], at.files);
    const commits = overlap(article.place.commits ?? [], at.commits);
    const fresh = article.type === "learning" ? Math.exp(-Math.max(0, now - article.updatedMs) / (weights.freshDays * dayMs)) : 0;
    const score = weights.words * (fit?.share ?? 0) + weights.branch * branch + weights.sameFiles * files + weights.sameCommits * commits + weights.fresh * fresh;
    const reasons = [
      ...(branch ? [`the branch ${at.branch}`] : []),
      ...(files > 0 ? ["files that changed lately"] : []),
      ...(commits > 0 ? ["recent commits"] : []),
      ...(fresh > 0.5 ? ["learned lately"] : []),
    ];
    return { ...article, score, reasons, fit };
  });
  return told(memory, judged.filter(({ score, type }) => score >= (type === "learning" ? weights.openingFloor : weights.articleFloor)), limit);
}

/** The one article that a prompt clearly goes back to, if there is one. */
export function recallForPrompt(memory: Memory, at: Whereabouts, prompt: string, except: ReadonlySet<number>, now: number, weights: MemoryWeights = memoryWeights): Recalled[] {
  if (at.project === "") return [];
  memory.cache.check();
  const resumes = weights.cue.test(prompt);
  const fits = byWords(memory, prompt, at.project);
  const judged = candidates(memory, at, fits).map((article): Judged => {
    const fit = fits.get(article.id);
    const fresh = article.type === "learning" ? Math.exp(-Math.max(0, now - article.updatedMs) / (weights.freshDays * dayMs)) : 0;
    const branch = !trunks.has(at.branch) && article.place.branch === at.branch ? 1 : 0;
    const score = (fit?.share ?? 0) + (resumes ? weights.cueFresh * fresh + weights.cueBranch * branch : 0);
    return { ...article, score, reasons: resumes ? ["the prompt goes on with earlier work"] : [], fit };
  });
  const floor = resumes ? weights.resumeFloor : weights.promptFloor;
  return told(memory, judged.filter(({ id, score }) => score >= floor && !except.has(id)), 1);
}

/** The latest learnings of the project, and what else of it fits by its words. */
function candidates({ database }: Memory, at: Whereabouts, fits: ReadonlyMap<number, Fit>): Known[] {
  const rows = sql<Omit<Known, "place"> & { analysis: string }>(
    database,
    `SELECT article.id, title, type, trust, updated_ms AS updatedMs, analysis,
       coalesce((SELECT origin FROM source WHERE article_id = article.id ORDER BY id LIMIT 1), 'unknown') AS origin,
       coalesce((SELECT location FROM source WHERE article_id = article.id ORDER BY id LIMIT 1), '') AS source
     FROM article WHERE state = 'live' AND project = @project AND type NOT IN (${neverInjected.map((type) => `'${type}'`).join(", ")})
       AND article.id IN (SELECT value FROM json_each(@fitting) UNION SELECT id FROM (SELECT id FROM article WHERE state = 'live' AND project = @project AND type = 'learning' ORDER BY updated_ms DESC LIMIT ${recentLearnings}))
       AND NOT EXISTS (SELECT 1 FROM article AS newer WHERE newer.supersedes = article.id AND newer.state = 'live')
     ORDER BY updated_ms DESC`,
  ).all({ project: at.project, fitting: JSON.stringify([...fits.keys()]) });
  return rows.map(({ analysis, ...row }): Known => ({ ...row, place: JSON.parse(analysis) as Known["place"] })).filter(({ place }) => isSame(place, at));
}

/** Two repositories, or two folders, can have one name. What has no place is the project's by its name alone. */
function isSame(place: Known["place"], { remote, folder }: Whereabouts): boolean {
  if (!place.folder && !place.remote) return true;
  const here = new Set([remote, folder]);
  return [place.remote, place.folder].some((each = "") => each !== "" && here.has(each));
}

interface Fit {
  /** How much of what was asked it has, 0 to 1: the share of the terms' idf. */
  share: number;
  /** The best passage, and what was asked, rarest first. */
  passage: number;
  terms: readonly string[];
}

function byWords(memory: Memory, query: string, project: string): Map<number, Fit> {
  const fits = new Map<number, Fit>();
  if (query.trim() === "") return fits;
  const { fitting, terms } = searchWords(memory, { query, project });
  const asked = terms.map(({ term }) => term);
  for (const passage of fitting) if (!fits.has(passage.articleId)) fits.set(passage.articleId, { share: shareOf(passage), passage: passage.id, terms: asked });
  return fits;
}

function shareOf({ coverage, matches }: Passage): number {
  return matches < 2 ? coverage / 2 : coverage;
}

function overlap(a: readonly string[], b: readonly string[]): number {
  const here = new Set(b.map((each) => each.toLowerCase()));
  const both = a.filter((each) => here.has(each.toLowerCase())).length;
  return both === 0 ? 0 : both / Math.min(a.length, b.length);
}

function words(name: string): string {
  return name.replace(/[^\p{L}\p{N}]+/gu, " ");
}

function told({ database }: Memory, judged: Judged[], limit: number): Recalled[] {
  const best = judged.toSorted((a, b) => b.score - a.score).slice(0, limit);
  const read = sql<string>(database, "SELECT text FROM chunk WHERE article_id = ? ORDER BY position LIMIT 12").pluck();
  const passages = textsOf(database, best.flatMap(({ fit }) => fit?.passage ?? []));
  return best.map(({ place: _place, fit, reasons, ...article }) => {
    const has = new Set(indexTerms(`${article.title} ${passages.get(fit?.passage ?? -1) ?? ""}`));
    const shared = fit?.terms.filter((term) => has.has(term)).slice(0, reasonTerms) ?? [];
    return { ...article, reasons: [...reasons, ...(shared.length > 0 ? [`the words ${shared.join(", ")}`] : [])], text: read.all(article.id).join("") };
  });
}
