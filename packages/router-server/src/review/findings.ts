import * as z from "zod";

export const severities = ["critical", "high", "medium", "low"] as const;

const line = z.coerce.number().int().min(0).max(10_000_000);

/** What a reviewer must answer with; what is missing of one finding leaves that finding out, not the review. */
const findingSchema = z.object({
  severity: z.preprocess((value) => String(value).toLowerCase(), z.enum(severities)),
  file: z.string().max(1_000).default(""),
  lines: z.preprocess((value) => (typeof value === "string" ? value.split(/\D+/).filter(Boolean) : typeof value === "number" ? [value] : value), z.array(line).max(2)).default([]),
  title: z.string().min(1).max(300),
  detail: z.string().max(4_000).default(""),
  recommendation: z.string().max(4_000).default(""),
  confidence: z.coerce.number().min(0).max(1).catch(0.5),
});

export type Finding = z.infer<typeof findingSchema>;

export const instructions = `Answer with one JSON object and nothing else:
{"verdict": "approve" | "changes", "findings": [{"severity": "critical" | "high" | "medium" | "low", "file": "path", "lines": [first, last], "title": "the defect in a few words", "detail": "why it is one", "recommendation": "what to do", "confidence": 0 to 1}]}
Report only defects that you can point at; an empty list is a good answer for good code.`;

/** The findings in a reviewer's answer; undefined when it holds no verdict, which is no approval. */
export function parseFindings(answer: string): Finding[] | undefined {
  for (let start = answer.indexOf("{"); start >= 0; start = answer.indexOf("{", start + 1)) {
    const object = objectAt(answer, start);
    if (object === undefined) continue;
    const { verdict, findings } = object as { verdict?: unknown; findings?: unknown };
    if (!Array.isArray(findings) || typeof verdict !== "string") continue;
    return findings.flatMap((each) => findingSchema.safeParse(each).data ?? []);
  }
  return undefined;
}

/** The JSON object that begins here, found by counting braces outside of strings. */
function objectAt(text: string, start: number): unknown {
  let depth = 0;
  let inString = false;
  for (let at = start; at < text.length; at++) {
    const char = text[at];
    if (inString) {
      if (char === "\\") at++;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === "{") depth++;
    else if (char === "}" && --depth === 0) {
      try {
        return JSON.parse(text.slice(start, at + 1));
      } catch {
        return undefined;
      }
    }
  }
  return undefined;
}
