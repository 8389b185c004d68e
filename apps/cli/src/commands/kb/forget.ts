import { Command } from "commander";
import { UserError } from "@paios/shared/errors";
import { forgetProject } from "@paios/kb-server";
import { withKb, withTools } from "../../knowledge.ts";
import { outputOf } from "../../output.ts";
import { wholeNumber } from "../../whole-number.ts";

export function forgetCommand(): Command {
  return new Command("forget")
    .description("take an article, or a whole project, out of every answer; undoable for 30 days")
    .argument("[id]", "its number", wholeNumber)
    .option("--undo", "bring it back")
    .option("-p, --project <name>", "every article of that project, e.g. demo")
    .action(async (id: number | undefined, options: { undo?: boolean; project?: string }, command: Command) => {
      const output = outputOf(command);
      if (options.project !== undefined) {
        const project = options.project;
        const forgotten = await withKb((kb) => forgetProject(kb.database, project, Date.now()));
        return output.print({ project, forgotten }, () => `Forgot ${forgotten} articles of project "${project}"`);
      }
      if (id === undefined) throw new UserError("bad_input", "Say which: ai kb forget 12, or ai kb forget --project demo");
      const answer = await withTools((kb) => kb.call<{ state: string; changed: boolean; undoUntil?: string }>("kb_forget", { id, undo: options.undo ?? false }));
      output.print(answer, () => (options.undo ? `#${id} is back` : `Forgot #${id}; until ${answer.undoUntil?.slice(0, 10)}: ai kb forget ${id} --undo`));
    });
}
