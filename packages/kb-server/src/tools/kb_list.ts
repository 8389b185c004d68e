import { UserError } from "@paios/shared/errors";
import { type Context, defineTool } from "@paios/shared/tool";
import * as z from "zod";
import type { Kb } from "../kb.ts";
import { fencedTitle, shownSource } from "../present.ts";
import { listArticles } from "../store/read.ts";
import { filterFields, toFilter } from "./filter-fields.ts";

const maxArticles = 100;

export default defineTool({
  name: "kb_list",
  description:
    `List articles and notes by tag, type, project or date, latest change first. Use to browse, or see what is new or recent. Returns at most ${maxArticles} titles with ids.`,
  input: z.strictObject({ ...filterFields, limit: z.int().min(1).max(maxArticles).optional(), cursor: z.string().max(60).optional() }),
  output: z.object({
    articles: z.array(
      z.object({ id: z.int(), title: z.string(), type: z.string(), project: z.string(), tags: z.array(z.string()), origin: z.string(), trust: z.string(), source: z.string(), updated: z.string() }),
    ),
    cursor: z.string().optional(),
  }),
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  run: (input, { state }: Context<Kb>) => {
    const limit = input.limit ?? 20;
    const found = listArticles(state.database, toFilter(input), limit + 1, parseCursor(input.cursor));
    const shown = found.slice(0, limit);
    const last = shown.at(-1);
    return {
      articles: shown.map((article) => {
        const [source] = article.sources;
        return {
          id: article.id,
          title: fencedTitle(article.title, { trust: article.trust, quotes: article.quotes, source: source?.location ?? "" }),
          type: article.type,
          project: article.project,
          tags: article.tags,
          origin: source?.origin ?? "unknown",
          trust: article.trust,
          source: shownSource(source?.location ?? ""),
          updated: new Date(article.updatedMs).toISOString(),
        };
      }),
      ...(found.length > limit && last && { cursor: `${last.updatedMs}-${last.id}` }),
    };
  },
});

function parseCursor(cursor: string | undefined): { updatedMs: number; id: number } | undefined {
  if (cursor === undefined) return undefined;
  const [, updatedMs, id] = /^(\d{1,16})-(\d{1,16})$/.exec(cursor) ?? [];
  if (!updatedMs || !id) throw new UserError("bad_input", "cursor is not one that kb_list gave. Leave it out to start at the newest.");
  return { updatedMs: Number(updatedMs), id: Number(id) };
}
