import { type Context, defineTool } from "@paios/shared/tool";
import * as z from "zod";
import { severities } from "../review/findings.ts";
import { review } from "../review/review.ts";
import type { Router } from "../router.ts";

export default defineTool({
  name: "router_review",
  description: "Reviews code with two brains at once: Codex for code quality, Claude for architecture. Use for a file, folder or diff before a merge. Returns merged findings, who reviewed, and a report.",
  searchHint: "audit pull request",
  input: z.strictObject({ path: z.string().max(4_096).optional(), diff: z.string().max(1_000_000).optional(), focus: z.string().max(2_000).optional() }),
  output: z.object({
    engines: z.array(z.object({ brain: z.string(), role: z.string(), status: z.enum(["ok", "unavailable", "no-verdict"]), model: z.string().optional(), reason: z.string().optional(), ms: z.int() })),
    findings: z.array(z.object({ severity: z.enum(severities), file: z.string(), lines: z.array(z.int()), title: z.string(), detail: z.string(), recommendation: z.string(), confidence: z.number(), engines: z.array(z.string()) })),
    report: z.string(),
  }),
  hints: { readOnly: false, destructive: false, idempotent: false, openWorld: true },
  limits: { timeoutMs: 20 * 60_000, outputChars: 1_000_000 },
  run: (input, context: Context<Router>) => review(input, context),
});
