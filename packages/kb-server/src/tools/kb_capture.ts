import { type Context, defineTool } from "@paios/shared/tool";
import * as z from "zod";
import { captureArticle } from "../capture-article.ts";
import type { Kb } from "../kb.ts";

export default defineTool({
  name: "kb_capture",
  description:
    "Fetch and save a web page, PDF, Word, Markdown, subtitles, audio or video (YouTube too) from a URL or an allowed folder. Use to keep, import or archive it.",
  searchHint: "add link website page keep file",
  input: z.strictObject({
    target: z.string().trim().min(1).max(2_000).describe("URL or absolute path"),
    project: z.string().max(200).optional(),
    tags: z.array(z.string().trim().min(1).max(60)).max(20).optional(),
  }),
  output: z.object({
    id: z.int(),
    status: z.enum(["added", "updated", "unchanged", "duplicate"]),
    title: z.string(),
    type: z.string(),
    source: z.string(),
    chars: z.int(),
    summary: z.string(),
    topics: z.string(),
    notes: z.array(z.string()),
  }),
  hints: { readOnly: false, destructive: false, idempotent: true, openWorld: true },
  limits: { timeoutMs: 300_000 },
  run: (input, context: Context<Kb>) => captureArticle(context.state, input, context),
});
