import { styleText } from "node:util";
import { Command } from "commander";
import { withTools } from "../../knowledge.ts";
import { outputOf, plain } from "../../output.ts";
import { wholeNumber } from "../../whole-number.ts";

interface Article {
  id: number;
  title: string;
  text: string;
  next?: number;
  totalChars: number;
  trust: string;
  origin: string;
  source: string;
  version: number;
  updated: string;
}

export function readCommand(): Command {
  return new Command("read")
    .description("print an article")
    .argument("<id>", "its number, from search or list", wholeNumber)
    .option("--version-number <number>", "an older text of it", wholeNumber)
    .option("--offset <characters>", "start there", wholeNumber)
    .action(async (id: number, options: { versionNumber?: number; offset?: number }, command: Command) => {
      const article = await withTools((kb) =>
        kb.call<Article>("kb_read", { id, ...(options.offset !== undefined && { offset: options.offset }), ...(options.versionNumber !== undefined && { version: options.versionNumber }) }),
      );
      outputOf(command).print(article, () => show(article));
    });
}

function show(article: Article): string {
  const facts = [`#${article.id}`, `version ${article.version}`, `from ${article.origin}`, article.trust, article.source, article.updated].filter(Boolean).join(" · ");
  const more = article.next === undefined ? "" : `\n\n${styleText("dim", `${article.totalChars - article.next} more characters: ai kb read ${article.id} --offset ${article.next}`)}`;
  return `${styleText("bold", plain(article.title))}\n${styleText("dim", facts)}\n\n${plain(article.text)}${more}`;
}
