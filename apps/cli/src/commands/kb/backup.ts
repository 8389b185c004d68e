import { Command } from "commander";
import { backup } from "@paios/shared/sqlite";
import { withKb } from "../../knowledge.ts";
import { outputOf } from "../../output.ts";

export function backupCommand(): Command {
  return new Command("backup").description("a consistent copy in <home>/backups; the newest five are kept").action(async (_options: unknown, command: Command) => {
    const path = await withKb((kb) => backup(kb.path, "manual"));
    outputOf(command).print({ path }, () => `Backed up to ${path}`);
  });
}
