import { Command } from "commander";
import { withTools } from "../../knowledge.ts";
import { outputOf, plain } from "../../output.ts";
import { wholeNumber } from "../../whole-number.ts";

interface RelatedAnswer {
  results: { id: number; title: string; why: string; score?: number }[];
}

export function relatedCommand(): Command {
  return new Command("related")
    .description("articles that belong with one: linked, near-duplicate, similar")
    .argument("<id>", "its number", wholeNumber)
    .option("-n, --limit <number>", "at most this many", wholeNumber, 8)
    .action(async (id: number, options: { limit: number }, command: Command) => {
      const answer = await withTools((kb) => kb.call<RelatedAnswer>("kb_related", { id, limit: options.limit }));
      outputOf(command).print(answer, () => answer.results.map((each) => `${String(each.id).padStart(6)}  ${each.why.padEnd(14)} ${plain(each.title)}`).join("\n") || "Nothing related was found.");
    });
}
