import { type Context, defineTool } from "@paios/shared/tool";
import * as z from "zod";
import type { Kb } from "../kb.ts";
import { fencedTitle } from "../present.ts";
import { related } from "../rank/related.ts";
import { factsOf, requireArticle } from "../store/read.ts";

const maxResults = 20;

export default defineTool({
  name: "kb_related",
  description:
    `Find articles related to one: linked, near duplicates, superseding or similar. Use to see what belongs to a note or links to it. Returns at most ${maxResults}, each with why.`,
  searchHint: "similar copy backlinks",
  input: z.strictObject({ id: z.int().min(1), limit: z.int().min(1).max(maxResults).optional() }),
  output: z.object({ results: z.array(z.object({ id: z.int(), title: z.string(), why: z.enum(["links to", "linked from", "near-duplicate", "supersedes", "superseded by", "similar"]), score: z.number().optional() })) }),
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  run: async ({ id, limit = 8 }, { state: kb, signal }: Context<Kb>) => {
    const article = requireArticle(kb.database, id);
    const found = await related(kb, article, limit, signal);
    const facts = new Map(factsOf(kb.database, found.map((each) => each.id)).map((each) => [each.id, each]));
    return {
      results: found.flatMap(({ id: relatedId, why, score }) => {
        const other = facts.get(relatedId);
        if (!other) return [];
        const title = fencedTitle(other.title, { trust: other.trust, quotes: other.quotes, source: other.sources[0]?.location ?? "" });
        return [{ id: relatedId, title, why, ...(score !== undefined && { score }) }];
      }),
    };
  },
});
