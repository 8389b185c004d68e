import { styleText } from "node:util";
import { Command } from "commander";
import { withTools } from "../../knowledge.ts";
import { outputOf, plain } from "../../output.ts";
import { wholeNumber } from "../../whole-number.ts";

export interface SearchAnswer {
  mode: string;
  notice?: string;
  results: { id: number; title: string; snippet: string; score: number; origin: string; trust: string; source: string; project: string; ageDays: number; explain?: unknown }[];
}

export function searchCommand(): Command {
  return new Command("search")
    .description("ask in plain language; articles that fit, best first")
    .argument("<question...>", "words or a question")
    .option("-n, --limit <number>", "at most this many", wholeNumber, 8)
    .option("-p, --project <name>")
    .option("--origin <who>", "claude, codex, openclaw, person …")
    .option("--type <type>", "note, learning, document, page, transcript")
    .option("-t, --tags <tags...>", "all of them")
    .option("--since <date>")
    .option("--until <date>")
    .option("--mode <mode>", "auto, keyword, vector or hybrid")
    .option("--explain", "show why each one ranks")
    .action(async (words: string[], options: Record<string, unknown>, command: Command) => {
      const answer = await withTools((kb) => kb.call<SearchAnswer>("kb_search", { query: words.join(" "), ...options }));
      outputOf(command).print(answer, () => showAnswer(answer));
    });
}

export function showAnswer({ mode, notice, results }: SearchAnswer): string {
  const rows = results.map((result) => {
    const facts = [`#${result.id}`, result.project, `from ${result.origin}`, result.trust === "external" ? "external" : "", result.ageDays > 0 ? `${result.ageDays} days old` : "", result.source].filter(Boolean).join(" · ");
    const why = result.explain ? `\n  ${styleText("dim", JSON.stringify(result.explain))}` : "";
    return `${styleText("bold", plain(result.title))}\n  ${plain(result.snippet)}\n  ${styleText("dim", facts)}${why}`;
  });
  const body = rows.length > 0 ? rows.join("\n\n") : "Nothing in the knowledge base fits. Other words, or `ai kb list`, may find it.";
  return `${body}\n\n${styleText("dim", `searched by ${mode === "keyword" ? "words" : mode}${notice ? `. ${notice}` : ""}`)}`;
}
