import { existsSync } from "node:fs";
import { Command } from "commander";
import { databasePath } from "@paios/kb-server";
import { UserError } from "@paios/shared/errors";
import { paiosHome } from "@paios/shared/home";
import { setAside } from "@paios/shared/sqlite";
import { outputOf } from "../../output.ts";

export function setAsideCommand(): Command {
  return new Command("set-aside").description("rename a damaged database and start with an empty one; nothing is deleted").action((_options: unknown, command: Command) => {
    const path = databasePath(paiosHome());
    if (!existsSync(path)) throw new UserError("not_found", `There is no ${path} to set aside.`);
    const aside = setAside(path);
    outputOf(command).print({ aside }, () => `Set aside as ${aside}. The next use starts empty; ai kb import and ai kb restore fill it.`);
  });
}
