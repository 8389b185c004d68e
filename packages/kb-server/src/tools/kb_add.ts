import { type Context, defineTool } from "@paios/shared/tool";
import * as z from "zod";
import { addArticle } from "../add.ts";
import type { Kb } from "../kb.ts";
import { articleTypes } from "./filter-fields.ts";

export const maxTextChars = 1_000_000;

export default defineTool({
  name: "kb_add",
  description:
    "Save a Markdown text as a searchable note. Use to remember or write down what is worth keeping: a decision, fact, how-to or learning. For a page or file use kb_capture. Returns its id; the same text keeps one.",
  input: z.strictObject({
    title: z.string().trim().min(1).max(300),
    text: z.string().min(1).max(maxTextChars),
    source: z.string().max(2_000).optional(),
    project: z.string().max(200).optional(),
    tags: z.array(z.string().trim().min(1).max(60)).max(20).optional(),
    type: z.enum(articleTypes).optional(),
    supersedes: z.int().min(1).optional().describe("Id it replaces"),
    trust: z.enum(["person", "agent", "external"]).optional().describe("Can only be lowered"),
  }),
  output: z.object({
    id: z.int(),
    status: z.enum(["added", "updated", "unchanged", "duplicate"]),
    trust: z.string(),
    origin: z.string(),
    nearDuplicateOf: z.int().optional(),
  }),
  hints: { readOnly: false, destructive: false, idempotent: true, openWorld: false },
  alwaysLoad: true,
  run: (input, context: Context<Kb>) => addArticle(context.state, input, context),
});
