import { UserError } from "@paios/shared/errors";
import { type Context, defineTool } from "@paios/shared/tool";
import * as z from "zod";
import { normalTags } from "../add.ts";
import type { Kb } from "../kb.ts";
import { lower, originOf, trustOf } from "../origin.ts";
import { prepare } from "../store/prepare.ts";
import { requireArticle, textOf } from "../store/read.ts";
import { rewriteArticle } from "../store/write.ts";
import { afterWrite } from "../upkeep.ts";
import { articleTypes } from "./filter-fields.ts";
import { maxTextChars } from "./kb_add.ts";

/** Somebody else may change the article between reading and writing it; then it is read again. */
const maxTries = 50;

export default defineTool({
  name: "kb_update",
  description:
    "Change the title, text, project, type or tags of an article or note. Use to edit, fix, rename or replace what is stored, or add a tag. Older texts stay readable by version.",
  input: z.strictObject({
    id: z.int().min(1),
    title: z.string().trim().min(1).max(300).optional(),
    text: z.string().min(1).max(maxTextChars).optional(),
    project: z.string().max(200).optional(),
    tags: z.array(z.string().trim().min(1).max(60)).max(20).optional(),
    type: z.enum(articleTypes).optional(),
  }),
  output: z.object({ id: z.int(), version: z.int(), trust: z.string() }),
  hints: { readOnly: false, destructive: true, idempotent: true, openWorld: false },
  run: ({ id, ...change }, { state: kb, caller, span, now }: Context<Kb>) => {
    if (Object.values(change).every((value) => value === undefined)) throw new UserError("bad_input", "Nothing to change. Give a title, text, project, type or tags.");
    if (change.text?.trim() === "") throw new UserError("bad_input", "text has nothing but white space. Use kb_forget to remove an article.");
    for (let tries = 0; tries < maxTries; tries++) {
      const article = requireArticle(kb.database, id);
      const [source] = article.sources;
      const trust = change.text === undefined && change.title === undefined ? article.trust : lower(article.trust, trustOf(caller, undefined));
      const prepared = prepare({
        title: change.title ?? article.title,
        text: change.text ?? textOf(kb.database, id),
        type: change.type ?? article.type,
        project: change.project ?? article.project,
        tags: change.tags ? normalTags(change.tags) : article.tags,
        trust,
        analysis: change.text === undefined ? (JSON.parse(article.analysis) as object) : {},
        source: { kind: "added", location: source?.location ?? "", origin: originOf(caller), traceId: span.traceId },
      });
      const version = rewriteArticle(kb.database, id, prepared, now(), article.version);
      if (version === 0) continue;
      afterWrite(kb);
      return { id, version, trust };
    }
    throw new UserError("unavailable", `Article ${id} is being changed by others all the time; nothing was changed. Try again.`);
  },
});
