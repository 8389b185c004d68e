import { defineTool } from "@paios/shared/tool";
import { UserError } from "@paios/shared/errors";
import { sql } from "@paios/shared/sqlite";
import * as z from "zod";
import type { Kb } from "../kb.ts";
import { fenced, fencedTitle, shownSource } from "../present.ts";
import { requireArticle, textOf } from "../store/read.ts";

const maxChars = 40_000;

export default defineTool({
  name: "kb_read",
  description:
    `Open an article, note or document by id: text, source, origin, trust. Use after kb_search to show the whole or the rest. Returns at most ${maxChars} characters from offset; "next" continues.`,
  input: z.strictObject({
    id: z.int().min(1),
    offset: z.int().min(0).optional(),
    length: z.int().min(1).max(maxChars).optional(),
    version: z.int().min(1).optional(),
  }),
  output: z.object({
    id: z.int(),
    title: z.string(),
    text: z.string(),
    offset: z.int(),
    next: z.int().optional(),
    totalChars: z.int(),
    type: z.string(),
    project: z.string(),
    tags: z.array(z.string()),
    trust: z.string(),
    origin: z.string(),
    source: z.string(),
    sources: z.array(z.object({ kind: z.string(), location: z.string(), origin: z.string(), captured: z.string() })),
    version: z.int(),
    created: z.string(),
    updated: z.string(),
    analysis: z.string().optional(),
  }),
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  limits: { outputChars: maxChars * 7 },
  run: (input, { state }: { state: Kb }) => {
    const article = requireArticle(state.database, input.id);
    const old = input.version === undefined || input.version === article.version ? undefined : oldVersion(state, input.id, input.version);
    const text = old?.text ?? textOf(state.database, input.id);
    const offset = Math.min(input.offset ?? 0, text.length);
    const end = Math.min(offset + (input.length ?? maxChars), text.length);
    const [source] = article.sources;
    const provenance = { trust: article.trust, quotes: article.quotes, source: source?.location ?? "" };
    return {
      id: article.id,
      title: fencedTitle(old?.title ?? article.title, provenance),
      text: fenced(text.slice(offset, end).toWellFormed(), provenance),
      offset,
      ...(end < text.length && { next: end }),
      totalChars: text.length,
      type: article.type,
      project: article.project,
      tags: article.tags,
      trust: article.trust,
      origin: source?.origin ?? "unknown",
      source: shownSource(source?.location ?? ""),
      sources: article.sources.map(({ kind, location, origin, capturedMs }) => ({ kind, location: shownSource(location), origin, captured: iso(capturedMs) })),
      version: input.version ?? article.version,
      created: iso(article.createdMs),
      updated: iso(article.updatedMs),
      ...(article.analysis !== "{}" && { analysis: fenced(article.analysis, provenance) }),
    };
  },
});

function oldVersion({ database }: Kb, id: number, version: number): { title: string; text: string } {
  const row = sql<{ title: string; text: string }>(database, "SELECT title, text FROM article_version WHERE article_id = ? AND version = ?").get(id, version);
  if (row) return row;
  throw new UserError("not_found", `Article ${id} has no version ${version} any more; the last ten are kept.`);
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
