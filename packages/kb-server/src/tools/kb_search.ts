import { defineTool } from "@paios/shared/tool";
import * as z from "zod";
import type { Kb } from "../kb.ts";
import { fenced, fencedTitle, shownSource } from "../present.ts";
import { type Hit, search, type SearchOutcome } from "../rank/search.ts";
import { snippet } from "../rank/snippet.ts";
import { factsOf } from "../store/read.ts";
import { filterFields, toFilter } from "./filter-fields.ts";

const maxResults = 50;

const result = z.object({
  id: z.int(),
  title: z.string(),
  score: z.number(),
  snippet: z.string(),
  heading: z.string().optional(),
  type: z.string(),
  project: z.string(),
  tags: z.array(z.string()),
  origin: z.string(),
  trust: z.enum(["person", "agent", "external"]),
  source: z.string(),
  updated: z.string(),
  ageDays: z.number(),
  supersededBy: z.int().optional(),
  explain: z.record(z.string(), z.unknown()).optional(),
});

export default defineTool({
  name: "kb_search",
  description:
    `Find notes, documents, saved pages, transcripts and what earlier sessions learned. Use first for anything someone may have decided or asked to write down. Ask in plain language; "quoted" phrases must occur. Returns at most ${maxResults} articles, best first, with the matching passage, or none.`,
  input: z.strictObject({
    query: z.string().trim().min(1).max(4_000),
    limit: z.int().min(1).max(maxResults).optional().describe("Default 8"),
    mode: z.enum(["auto", "keyword", "vector", "hybrid"]).optional(),
    ...filterFields,
    explain: z.boolean().optional(),
  }),
  output: z.object({ mode: z.enum(["keyword", "vector", "hybrid"]), notice: z.string().optional(), results: z.array(result) }),
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  alwaysLoad: true,
  run: async (input, { state, signal, now, span }: { state: Kb; signal: AbortSignal; now: () => number; span: { set: (attributes: Record<string, unknown>) => void } }) => {
    const request = { query: input.query, limit: input.limit ?? 8, mode: input.mode ?? "auto", ...toFilter(input) };
    const outcome = await search(state, request, signal);
    span.set({ "paios.kb.mode": outcome.mode, "paios.kb.results": outcome.hits.length });
    return {
      mode: outcome.mode,
      ...(outcome.notice && { notice: `Searched by words only: ${outcome.notice}.` }),
      results: present(state, outcome, { query: input.query, explain: input.explain ?? false, now: now() }),
    };
  },
});

interface Presentation {
  query: string;
  explain: boolean;
  now: number;
}

function present(kb: Kb, outcome: SearchOutcome, { query, explain, now }: Presentation): z.infer<typeof result>[] {
  const facts = new Map(factsOf(kb.database, outcome.hits.map(({ articleId }) => articleId)).map((each) => [each.id, each]));
  return outcome.hits.flatMap((hit) => {
    const article = facts.get(hit.articleId);
    if (!article) return [];
    const [source] = article.sources;
    const provenance = { trust: article.trust, quotes: article.quotes, source: source?.location ?? "" };
    const external = fenced("", provenance) !== "";
    return [
      {
        id: article.id,
        title: fencedTitle(article.title, provenance),
        score: Math.round(hit.score * 10_000) / 10_000,
        snippet: fenced(snippet(hit.text, query), provenance),
        ...(hit.passage.heading && !external && { heading: hit.passage.heading }),
        type: article.type,
        project: article.project,
        tags: article.tags,
        origin: source?.origin ?? "unknown",
        trust: article.trust,
        source: shownSource(source?.location ?? ""),
        updated: new Date(article.updatedMs).toISOString(),
        ageDays: Math.max(0, Math.floor((now - article.updatedMs) / 86_400_000)),
        ...(hit.supersededBy !== undefined && { supersededBy: hit.supersededBy }),
        ...(explain && { explain: explanation(hit, outcome) }),
      },
    ];
  });
}

function explanation({ passage, learning }: Hit, { terms }: SearchOutcome): Record<string, unknown> {
  return {
    terms: Object.fromEntries(terms.map(({ term, documents, idf }) => [term, { documents, idf: round(idf) }])),
    bm25: round(passage.parts.bm25),
    proximity: round(passage.parts.proximity),
    neighbours: round(passage.parts.neighbours),
    coverage: round(passage.coverage),
    ...(passage.similarity !== undefined && { similarity: round(passage.similarity) }),
    ...(learning && { fresh: round(learning.fresh) }),
    passage: passage.position,
  };
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
