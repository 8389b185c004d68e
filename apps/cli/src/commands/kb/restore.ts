import { resolve } from "node:path";
import { Command } from "commander";
import { databasePath } from "@paios/kb-server";
import { UserError } from "@paios/shared/errors";
import { paiosHome } from "@paios/shared/home";
import { backup, listBackups, restore } from "@paios/shared/sqlite";
import { outputOf } from "../../output.ts";

export function restoreCommand(): Command {
  return new Command("restore")
    .description("put a backup in place; what is there now is backed up or set aside first")
    .argument("[backup]", "its path, from ai kb backups; default: the newest")
    .action(async (given: string | undefined, _options: unknown, command: Command) => {
      const path = databasePath(paiosHome());
      const from = given === undefined ? listBackups(path)[0]?.path : resolve(given);
      if (!from) throw new UserError("not_found", "There is no backup to restore. `ai kb set-aside` starts empty and deletes nothing.");
      const before = keep(path);
      await restore(path, from);
      outputOf(command).print({ restored: from, before }, () => `Restored ${from}${before ? `\nWhat was there is in ${before}` : "\nWhat was there was damaged and set aside beside it"}`);
    });
}

function keep(path: string): string | undefined {
  try {
    return backup(path, "before-restore");
  } catch {
    return undefined;
  }
}
