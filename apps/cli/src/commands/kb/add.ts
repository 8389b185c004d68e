import { text as readAll } from "node:stream/consumers";
import { Command } from "commander";
import { UserError } from "@paios/shared/errors";
import { withTools } from "../../knowledge.ts";
import { outputOf } from "../../output.ts";

export function addCommand(): Command {
  return new Command("add")
    .description("store a note; the text is an argument or comes on stdin")
    .argument("<title>")
    .argument("[text]", "left out: read from stdin")
    .option("-p, --project <name>")
    .option("-t, --tags <tags...>")
    .option("--type <type>", "note, learning, document, page, transcript")
    .option("--source <where>", "where it comes from")
    .action(async (title: string, given: string | undefined, options: Record<string, unknown>, command: Command) => {
      if (given === undefined && process.stdin.isTTY) throw new UserError("bad_input", 'There is no text. Give it as an argument, or pipe it in: ai kb add "Title" < note.md');
      const text = given ?? (await readAll(process.stdin));
      const added = await withTools((kb) => kb.call<{ id: number; status: string; nearDuplicateOf?: number }>("kb_add", { title, text, ...options }));
      outputOf(command).print(added, () => `${added.status === "duplicate" ? "Already there" : "Stored"} as #${added.id}${added.nearDuplicateOf ? `, nearly the same as #${added.nearDuplicateOf}` : ""}`);
    });
}
