import { Command } from "commander";
import { databasePath } from "@paios/kb-server";
import { paiosHome } from "@paios/shared/home";
import { listBackups } from "@paios/shared/sqlite";
import { outputOf, size } from "../../output.ts";

export function backupsCommand(): Command {
  return new Command("backups").description("the backups there are, newest first").action((_options: unknown, command: Command) => {
    const backups = listBackups(databasePath(paiosHome())).map(({ path, time, bytes }) => ({ path, time: new Date(time).toISOString(), bytes }));
    outputOf(command).print(backups, () => backups.map(({ path, time, bytes }) => `${time.slice(0, 16).replace("T", " ")}  ${size(bytes).padStart(7)}  ${path}`).join("\n") || "No backup yet. Next: ai kb backup");
  });
}
