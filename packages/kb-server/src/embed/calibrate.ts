import Database from "better-sqlite3";
import judged from "../../calibration.json" with { type: "json" };
import { blend } from "../rank/blend.ts";
import { Freshness } from "../rank/freshness.ts";
import { candidates, weigh } from "../rank/candidates.ts";
import { type Passage, rescore } from "../rank/rescore.ts";
import { type Grades, mean, ndcg } from "../rank/metrics.ts";
import { weights } from "../rank/weights.ts";
import { queryTerms } from "../rank/words.ts";
import { prepare } from "../store/prepare.ts";
import { migrations } from "../store/schema.ts";
import { writeArticles } from "../store/write.ts";
import type { Provider } from "./provider.ts";
import { dot } from "./vectors.ts";

const calibration: { documents: { id: string; title: string; text: string }[]; queries: { query: string; relevant: Record<string, number> }[] } = judged;

const steps = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7];
/** A heavier weight must be better by this much nDCG: vectors that do not help are not blended in. */
const worthIt = 0.005;
const batch = 32;

/**
 * The weight of a model's vectors in the blend: the one with the best mean nDCG@10 on a small judged set of our own
 * (calibration.json, from the tune half), 0 when the model is no help.  */
export async function calibrate(provider: Provider, signal: AbortSignal): Promise<number> {
  const database = new Database(":memory:");
  try {
    for (const step of migrations) if (typeof step === "string") database.exec(step);
    const ids = writeArticles(database, calibration.documents.map(asArticle), 0).map(({ id }) => id);
    const names = new Map(ids.map((id, at) => [id, calibration.documents[at]?.id ?? ""]));
    const chunks = database.prepare("SELECT chunk.id, title, heading, chunk.text FROM chunk JOIN article ON article.id = article_id").all() as { id: number; title: string; heading: string; text: string }[];
    const vectors = await embedAll(provider, chunks.map(({ title, heading, text }) => [title, heading, text].filter(Boolean).join("\n")), "passage", signal);
    const questions = await embedAll(provider, calibration.queries.map(({ query }) => query), "query", signal);
    const cache = new Freshness(database);
    const cases = calibration.queries.map(({ query, relevant }, at) => {
      const terms = weigh(database, queryTerms(query), cache);
      const passages = rescore(database, candidates(database, terms, undefined, cache, weights), terms, weights, cache);
      const question = questions[at] ?? new Float32Array(0);
      const similarities = new Map(chunks.map(({ id }, row) => [id, dot(vectors[row] ?? question, question)]));
      return { passages, similarities, grades: relevant satisfies Grades };
    });
    const quality = (weight: number) => mean(cases.map(({ passages, similarities, grades }) => ndcg(ranking(database, passages, similarities, weight, names), grades)));
    const lexical = quality(0);
    const best = steps.map((step) => ({ step, gain: quality(step) - lexical })).sort((a, b) => b.gain - a.gain || a.step - b.step)[0];
    return best && best.gain >= worthIt ? best.step : 0;
  } finally {
    database.close();
  }
}

function ranking(database: Database.Database, passages: readonly Passage[], similarities: ReadonlyMap<number, number>, weight: number, names: ReadonlyMap<number, string>): string[] {
  const ranked = weight === 0 ? passages : blend(database, passages, similarities, weight);
  return [...new Set(ranked.map(({ articleId }) => names.get(articleId) ?? ""))];
}

function asArticle({ title, text }: { title: string; text: string }) {
  return prepare({ title, text, type: "note", project: "", tags: [], trust: "person", source: { kind: "added", location: "", origin: "person" } });
}

async function embedAll(provider: Provider, texts: readonly string[], purpose: "query" | "passage", signal: AbortSignal): Promise<Float32Array[]> {
  const vectors: Float32Array[] = [];
  for (let at = 0; at < texts.length; at += batch) vectors.push(...(await provider.embed(texts.slice(at, at + batch), purpose, signal)));
  return vectors;
}
