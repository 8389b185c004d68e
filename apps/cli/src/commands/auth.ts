import { join } from "node:path";
import { Command } from "commander";
import { paiosHome } from "@paios/shared/home";
import { agrees, canAsk, mustSayYes, secret } from "../ask.ts";
import { listProfiles, profilesPath, removeProfile, type ShownProfile, storeProfile } from "../auth/profiles.ts";
import { outputOf, plain } from "../output.ts";

export function authCommand(): Command {
  return new Command("auth")
    .description("the credentials that PAIOS uses, in auth-profiles.json; values are never shown")
    .action((_options: unknown, command: Command) => {
      const profiles = listProfiles(paiosHome());
      outputOf(command).print(profiles, () => show(profiles));
    })
    .addCommand(addCommand().exitOverride())
    .addCommand(removeCommand().exitOverride());
}

function addCommand(): Command {
  return new Command("add")
    .description("enter a credential; it is not shown while you type")
    .argument("<name>", "what settings call it, such as embeddings")
    .option("--provider <name>", "whose it is")
    .option("--expires <date>", "until when it is good; you are told 7 days before")
    .addHelpText("after", "\nFrom a script: printf %s \"$KEY\" | ai auth add NAME")
    .action(async (name: string, options: { provider?: string; expires?: string }, command: Command) => {
      const home = paiosHome();
      const key = await secret(`The key for ${name}`);
      const { replaced, backup } = await storeProfile(home, name, { key, ...options });
      outputOf(command).print({ name, replaced, path: profilesPath(home) }, () => `${replaced ? "Replaced" : "Stored"} ${name} in ${profilesPath(home)}, readable by you alone${replaced ? former(home, backup) : ""}`);
    });
}

function removeCommand(): Command {
  return new Command("remove")
    .description("remove a credential")
    .argument("<name>")
    .option("-y, --yes", "do not ask")
    .action(async (name: string, { yes = false }: { yes?: boolean }, command: Command) => {
      const output = outputOf(command);
      if (!yes && !canAsk(output.json)) mustSayYes("Removing a credential");
      if (!yes && !(await agrees(`Remove ${name}?`))) return;
      const home = paiosHome();
      const { backup } = await removeProfile(home, name);
      output.print({ name, removed: true, backup }, () => `Removed ${name}${former(home, backup)}`);
    });
}

/** Each copy of the file holds all the keys of its time. */
function former(home: string, backup: string | undefined): string {
  return backup === undefined ? "" : `\nThe former file is in ${backup}, for ai rollback; when the key must be gone from here, remove ${join(home, "backups")}/*auth`;
}

function show(profiles: readonly ShownProfile[]): string {
  if (profiles.length === 0) return "No credential is stored. Next: ai auth add NAME";
  const width = Math.max(...profiles.map(({ name }) => name.length));
  return profiles.map(({ name, provider, expires, characters }) => plain([name.padEnd(width), `${characters} characters`, provider, expires && `until ${expires}`].filter(Boolean).join("  "))).join("\n");
}
