import { Command, Option } from "commander";
import { interruptible } from "../interruptible.ts";
import { outputOf } from "../output.ts";
import type { SetupOptions } from "../setup/run.ts";

export function setupCommand(): Command {
  return new Command("setup")
    .description("register every server in Claude Code, Codex and OpenClaw, and check that it is live in each")
    .addOption(new Option("--client <name...>", "only these").choices(["claude", "codex", "gateway"]))
    .option("--allow <tool...>", "let a tool that acts on the outside world, or removes things, run unasked")
    .option("--ask <tool...>", "be asked again before such a tool runs")
    .option("--dry-run", "show what would change, and change nothing")
    .option("-y, --yes", "agree to what would change")
    .option("--uninstall", "take out what setup put in; data stays")
    .addHelpText("after", help)
    .action(async (options: SetupOptions, command: Command) => {
      const { runSetup } = await import("../setup/run.ts");
      await runSetup(options, outputOf(command), interruptible());
    });
}

const help = `
It shows a diff of every file first and asks. Each file is backed up to <home>/backups, and put back by itself when a
server is not live afterwards. \`ai rollback\` puts everything back later; --uninstall takes out only what setup put in.`;
