import { styleText } from "node:util";
import { Command } from "commander";
import { withTools } from "../../knowledge.ts";
import { outputOf, plain } from "../../output.ts";
import { wholeNumber } from "../../whole-number.ts";

interface Listed {
  articles: { id: number; title: string; project: string; type: string; origin: string; updated: string }[];
  cursor?: string;
}

export function listCommand(): Command {
  return new Command("list")
    .description("articles, latest change first")
    .option("-n, --limit <number>", "at most this many", wholeNumber, 20)
    .option("-p, --project <name>")
    .option("--origin <who>")
    .option("--type <type>")
    .option("-t, --tags <tags...>")
    .option("--since <date>")
    .option("--until <date>")
    .option("--cursor <cursor>", "go on where an earlier list ended")
    .action(async (options: Record<string, unknown>, command: Command) => {
      const listed = await withTools((kb) => kb.call<Listed>("kb_list", options));
      outputOf(command).print(listed, () => {
        const rows = listed.articles.map((each) => `${String(each.id).padStart(6)}  ${each.updated.slice(0, 10)}  ${plain(each.title)} ${styleText("dim", [each.project, each.type, each.origin].filter(Boolean).join(" · "))}`);
        return [...(rows.length > 0 ? rows : ["The knowledge base has nothing like that. Next: ai kb import FOLDER"]), ...(listed.cursor ? [styleText("dim", `more: --cursor ${listed.cursor}`)] : [])].join("\n");
      });
    });
}
