import { resolve } from "node:path";
import { Command } from "commander";
import { exportArticles } from "@paios/kb-server";
import { withKb } from "../../knowledge.ts";
import { outputOf } from "../../output.ts";

export function exportCommand(): Command {
  return new Command("export")
    .description("write every article as a Markdown file with its facts on top")
    .argument("<folder>")
    .action(async (folder: string, _options: unknown, command: Command) => {
      const output = outputOf(command);
      const bar = output.progress("Exporting");
      const target = resolve(folder);
      const articles = await withKb((kb) => exportArticles(kb, target, bar.update)).finally(() => bar.end());
      output.print({ folder: target, articles }, () => `Wrote ${articles} articles to ${target}`);
    });
}
