import { Command } from "commander";
import { addCommand } from "./kb/add.ts";
import { backupCommand } from "./kb/backup.ts";
import { backupsCommand } from "./kb/backups.ts";
import { captureCommand } from "./kb/capture.ts";
import { embedCommand } from "./kb/embed.ts";
import { exportCommand } from "./kb/export.ts";
import { forgetCommand } from "./kb/forget.ts";
import { importCommand } from "./kb/import.ts";
import { listCommand } from "./kb/list.ts";
import { readCommand } from "./kb/read.ts";
import { relatedCommand } from "./kb/related.ts";
import { restoreCommand } from "./kb/restore.ts";
import { searchCommand } from "./kb/search.ts";
import { setAsideCommand } from "./kb/set-aside.ts";
import { statusCommand } from "./kb/status.ts";
import { updateCommand } from "./kb/update.ts";

export function kbCommand(): Command {
  const kb = new Command("kb").description("the knowledge base: search, add, import, back up").showHelpAfterError("(add --help for what it takes)");
  const commands = [searchCommand, readCommand, addCommand, captureCommand, importCommand, listCommand, relatedCommand, updateCommand, forgetCommand, statusCommand, embedCommand, exportCommand, backupCommand, backupsCommand, restoreCommand, setAsideCommand];
  for (const command of commands) kb.addCommand(command().exitOverride());
  return kb.exitOverride();
}
