import { text as readAll } from "node:stream/consumers";
import { Command } from "commander";
import { withTools } from "../../knowledge.ts";
import { outputOf } from "../../output.ts";
import { wholeNumber } from "../../whole-number.ts";

export function updateCommand(): Command {
  return new Command("update")
    .description("change an article; the old text stays readable as a version")
    .argument("<id>", "its number", wholeNumber)
    .option("--title <title>")
    .option("--text <text>", "- reads it from stdin")
    .option("-p, --project <name>")
    .option("-t, --tags <tags...>", "replace the tags")
    .option("--type <type>")
    .action(async (id: number, options: { text?: string }, command: Command) => {
      const text = options.text === "-" ? await readAll(process.stdin) : options.text;
      const updated = await withTools((kb) => kb.call<{ version: number }>("kb_update", { id, ...options, ...(text !== undefined && { text }) }));
      outputOf(command).print(updated, () => `Updated #${id}, now version ${updated.version}`);
    });
}
