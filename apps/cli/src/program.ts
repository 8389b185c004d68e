import tab from "@bomb.sh/tab/commander";
import { Command, CommanderError } from "commander";
import { UserError } from "@paios/shared/errors";
import manifest from "../package.json" with { type: "json" };
import { alertsCommand } from "./commands/alerts.ts";
import { askCommand } from "./commands/ask.ts";
import { authCommand } from "./commands/auth.ts";
import { backupsCommand } from "./commands/backups.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { eventsCommand } from "./commands/events.ts";
import { healthCommand } from "./commands/health.ts";
import { kbCommand } from "./commands/kb.ts";
import { reviewCommand } from "./commands/review.ts";
import { rollbackCommand } from "./commands/rollback.ts";
import { routeCommand } from "./commands/route.ts";
import { scoreCommand } from "./commands/score.ts";
import { setupCommand } from "./commands/setup.ts";
import { traceCommand } from "./commands/trace.ts";
import { upCommand } from "./commands/up.ts";
import { updateCommand } from "./commands/update.ts";
import { reportError } from "./output.ts";

/** Exit codes: 0 done, 1 failed (the message says the next step), 2 not understood, 130 stopped by Ctrl-C. */
export async function run(args: readonly string[]): Promise<number> {
  const program = new Command("ai")
    .description("PAIOS: the knowledge base and tools that Claude Code, Codex and OpenClaw share on this machine.")
    .version(manifest.version)
    .option("--json", "print the result as JSON, for scripts")
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError("(add --help for what it takes)")
    .exitOverride()
    .addHelpText("after", help);
  for (const command of [upCommand, setupCommand, doctorCommand, updateCommand, backupsCommand, rollbackCommand, authCommand, kbCommand, askCommand, routeCommand, reviewCommand, traceCommand, eventsCommand, scoreCommand, healthCommand, alertsCommand]) program.addCommand(command().exitOverride());
  tab(program, { completionCommandName: "completion" });
  try {
    // pnpm hands its own "--" on; to completion it means something.
    await program.parseAsync(args[0] === "complete" ? args : args.filter((arg, at) => !(arg === "--" && at <= 1)), { from: "user" });
    return process.exitCode === undefined ? 0 : Number(process.exitCode);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof Error && error.name === "AbortError") return 130;
    reportError(error, Boolean(program.opts()["json"]));
    return error instanceof UserError && error.code === "bad_input" ? 2 : 1;
  }
}

const help = `
Examples:
  ai kb search "why did we choose SQLite?"    ask the knowledge base
  ai kb import ~/notes                        bring in a folder
  ai kb capture https://example.com/page      keep a web page
  ai ask "why is the build slow?" --cwd .     have Codex, Claude or another brain do it
  git diff | ai review -                      two reviews at once, one report
  ai trace                                    what was called last; ai trace ID shows one as a tree
  ai health                                   whether everything is well
  ai setup                                    register everything in Claude Code and Codex
  ai doctor                                   what is wrong, and how to mend it
  ai up                                       prepare everything and try it

Data lives in $PAIOS_HOME (default ~/.openclaw). Exit codes: 0 done, 1 failed, 2 not understood.`;
