import { Command } from "commander";
import { type ListedChange, listChanges, rollback } from "@paios/shared/change";
import { UserError } from "@paios/shared/errors";
import { paiosHome } from "@paios/shared/home";
import { agrees, canAsk, mustSayYes } from "../ask.ts";
import { outputOf } from "../output.ts";

export function rollbackCommand(): Command {
  return new Command("rollback")
    .description("put the files of a change back as they were before it")
    .argument("[id]", "from ai backups; default: the newest change that is not rolled back yet")
    .option("-y, --yes", "do not ask")
    .option("--dry-run", "say which files it would put back, and change nothing")
    .option("--databases", "after an update: also the copies of databases it migrated; what was stored since stays in a backup")
    .option("--force", "also files that somebody else changed since; their present text is backed up")
    .action(async (id: string | undefined, options: { yes?: boolean; dryRun?: boolean; force?: boolean; databases?: boolean }, command: Command) => {
      const home = paiosHome();
      const output = outputOf(command);
      const target = chosen(listChanges(home), id);
      if (options.dryRun) return output.print(target, () => `Would put back ${target.id}:\n${lines(target.files)}`);
      if (!options.yes) {
        if (!canAsk(output.json)) mustSayYes("A rollback");
        process.stdout.write(`${target.id}:\n${lines(target.files)}\n`);
        if (!(await agrees("Put these files back as they were before?"))) return;
      }
      // Loaded now: the rollback may take away the files that they are in.
      const afterUpdate = target.what === "update" ? await loadAfterUpdate() : undefined;
      const done = await rollback(home, target.id, { force: options.force ?? false });
      if (target.what.startsWith("services")) await settleServices();
      const databases = afterUpdate && done.refused.length === 0 ? await afterUpdate(home, options.databases ?? false) : [];
      output.print({ ...done, databases }, () => [
        ...(done.restored.length > 0 ? [`Put back:\n${lines(done.restored)}`] : ["Every file is as it was already."]),
        ...(done.refused.length > 0 ? [`Left alone, because somebody else changed them since (--force puts them back too):\n${lines(done.refused)}`] : []),
        ...databases.map(({ path, restored, copy }) => (restored ? `Put back ${path} from ${copy}` : `${path} was migrated by the update and is too new for this version. ${options.databases ? "It has no copy: update again." : `Next: ai rollback ${target.id} --databases`}`)),
        ...(done.change === undefined ? [] : [`To undo this: ai rollback ${done.change}`]),
      ].join("\n"));
      if (done.refused.length > 0) process.exitCode = 1;
    });
}

/** The service manager knows of a file what it read last. */
async function settleServices(): Promise<void> {
  const [{ settle }, { findManager }, { thisMachine }] = await Promise.all([import("../services/install.ts"), import("../services/manager.ts"), import("../setup/machine.ts")]);
  const machine = thisMachine();
  const manager = await findManager(machine);
  if (!("none" in manager)) await settle(machine, manager);
}

/** Databases that the version which is back cannot read; with `restore` their copies are put back. */
async function loadAfterUpdate(): Promise<(home: string, restore: boolean) => Promise<{ path: string; restored: boolean; copy: string | undefined }[]>> {
  const [{ builtSchemas, restoreMigrated, tooNew }, { thisMachine }] = await Promise.all([import("../update/schemas.ts"), import("../setup/machine.ts")]);
  return async (home, restore) => {
    const schemas = await builtSchemas(thisMachine());
    if (!restore) return tooNew(home, schemas).map((path) => ({ path, restored: false, copy: undefined }));
    return (await restoreMigrated(home, schemas)).map(({ path, from }) => ({ path, restored: from !== undefined, copy: from }));
  };
}

function chosen(changes: readonly ListedChange[], id: string | undefined): ListedChange {
  const found = id === undefined ? changes.find(({ rolledBack, rollbackOf }) => !rolledBack && rollbackOf === undefined) : changes.find((each) => each.id === id);
  if (!found) throw new UserError("not_found", id === undefined ? "There is no change to roll back." : `There is no change "${id}". \`ai backups\` lists them.`);
  return found;
}

function lines(files: readonly string[]): string {
  return files.map((file) => `  ${file}`).join("\n");
}
