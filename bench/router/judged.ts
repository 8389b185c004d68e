import { readFileSync } from "node:fs";
import { z } from "zod";

const categories = ["code_review", "code", "writing", "research", "architecture", "reasoning", "general", "vision", "messaging", "automation"] as const;
const brains = ["codex", "claude", "gemini", "gateway"] as const;
const traps = [
  "override",
  "mid-text override",
  "end override",
  "override after material",
  "override by negation",
  "quoted",
  "named",
  "past",
  "negation",
  "named in code",
  "code in prose",
  "prose in code",
  "lexical double",
  "draft vs send",
  "attachment",
  "empty",
  "system event",
  "language",
] as const;

type Category = (typeof categories)[number];
type Brain = (typeof brains)[number];
export type JudgedTask = z.infer<typeof judgedTask>;

const brainOf: Record<Category, Brain> = {
  code_review: "codex",
  code: "codex",
  writing: "claude",
  research: "claude",
  architecture: "claude",
  reasoning: "claude",
  general: "claude",
  vision: "gemini",
  messaging: "gateway",
  automation: "gateway",
};

const judgedTask = z
  .strictObject({
    id: z.string().min(1),
    task: z.string(),
    category: z.enum(categories),
    brain: z.enum(brains),
    override: z.enum(brains).optional(),
    attachments: z.array(z.strictObject({ name: z.string().min(1) })).min(1).optional(),
    /** Nothing to go on: the router is to say so; category and brain then stand for the default. */
    fallback: z.literal(true).optional(),
    trap: z.enum(traps).optional(),
    language: z.string().regex(/^[a-z]{2}$/),
    half: z.enum(["tune", "report"]),
  })
  .refine(({ category, brain, override }) => brain === (override ?? brainOf[category]), "the brain is neither the override nor the category's")
  .refine(({ task, fallback }) => task.trim() !== "" || fallback === true, "an empty task is a fallback");

/** The labelled tasks of the router: written and split before the classifier they judge. */
export function readJudgedTasks(file = new URL("judged.jsonl", import.meta.url)): JudgedTask[] {
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  const ids = new Set<string>();
  const tasks = new Set<string>();
  return lines.map((line, at) => {
    const row = parse(line, at + 1);
    if (ids.has(row.id) || tasks.has(row.task)) throw new Error(`judged.jsonl line ${at + 1}: the id or the task is there already`);
    ids.add(row.id);
    tasks.add(row.task);
    return row;
  });
}

function parse(line: string, number: number): JudgedTask {
  try {
    return judgedTask.parse(JSON.parse(line));
  } catch (error) {
    throw new Error(`judged.jsonl line ${number}: ${error instanceof z.ZodError ? z.prettifyError(error) : "not JSON"}`, { cause: error });
  }
}
