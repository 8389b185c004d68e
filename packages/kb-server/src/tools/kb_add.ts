import { type Context, defineTool } from "@paios/shared/tool";
import * as z from "zod";
import { addArticle } from "../add.ts";
import type { Kb } from "../kb.ts";
import { articleTypes } from "./filter-fields.ts";

export const maxTextChars = 1_000_000;

export default defineTool({
  name: "kb_add",
  title: "Add an article",
  description:
    'Stores a text in the knowledge base, where kb_search finds it at once. Use when something is worth keeping beyond this session: a decision, a fact, a how-to, something learned (type "learning"; supersedes replaces an older one). The same text is stored once. For a web page or file, use kb_capture. Returns its id.',
  input: z.strictObject({
    title: z.string().trim().min(1).max(300),
    text: z.string().min(1).max(maxTextChars).describe("Markdown"),
    source: z.string().max(2_000).optional().describe("Where it comes from, e.g. a URL"),
    project: z.string().max(200).optional(),
    tags: z.array(z.string().trim().min(1).max(60)).max(20).optional(),
    type: z.enum(articleTypes).optional().describe("Default note"),
    supersedes: z.int().min(1).optional().describe("Id of the article this replaces"),
    trust: z.enum(["person", "agent", "external"]).optional().describe("Can only lower it"),
  }),
  output: z.object({
    id: z.int(),
    status: z.enum(["added", "updated", "unchanged", "duplicate"]),
    trust: z.string(),
    origin: z.string(),
    nearDuplicateOf: z.int().optional(),
  }),
  hints: { readOnly: false, destructive: false, idempotent: true, openWorld: false },
  run: (input, context: Context<Kb>) => addArticle(context.state, input, context),
});
