import { styleText } from "node:util";
import { Command } from "commander";
import { interruptible } from "../interruptible.ts";
import { outputOf } from "../output.ts";
import type { UpdateOptions, Updated } from "../update/run.ts";

export function updateCommand(): Command {
  return new Command("update")
    .description("build the source as it is now, migrate, register again and check; undone when anything fails")
    .option("--no-install", "leave the dependencies as they are")
    .addHelpText("after", "\nGet the new source first, with git pull. ai rollback takes an update back.")
    .action(async (options: UpdateOptions, command: Command) => {
      const { update } = await import("../update/run.ts");
      const { liveTable } = await import("../setup/show.ts");
      const output = outputOf(command);
      const updated = await update(options, output, interruptible());
      output.print(updated, () => [...show(updated), ...(updated.setup ? ["", liveTable(updated.setup.live)] : ["", "Next: ai setup registers the servers in Claude Code and Codex"])].join("\n"));
    });
}

function show({ id, files, schemas }: Updated): string[] {
  const tick = styleText("green", "✔");
  const migrated = schemas.filter(({ before, after }) => after !== before).map(({ database, before, after }) => `${tick} ${database}: schema ${before} became ${after}, with a copy of the former`);
  if (id === undefined) return [`${tick} The build is that of this source already.`, ...migrated];
  return [`${tick} ${files} built files are new; sessions that run keep the former until they end`, ...migrated, `To take it back: ai rollback ${id}`];
}
