import { Command, CommanderError } from "commander";
import { UserError } from "@paios/shared/errors";
import manifest from "../package.json" with { type: "json" };
import { dueCommand } from "./commands/due.ts";
import { historyCommand } from "./commands/history.ts";
import { listCommand } from "./commands/list.ts";
import { pauseCommand, resumeCommand } from "./commands/pause.ts";
import { runCommand } from "./commands/run.ts";
import { runOnceCommand } from "./commands/run-once.ts";
import type { Setting } from "./commands/setting.ts";

/** Exit codes: 0 done, 1 failed (the message says the next step), 2 not understood. */
export async function run(args: readonly string[], home: string, environment: NodeJS.ProcessEnv): Promise<number> {
  const setting: Setting = { home, environment, code: 0 };
  const program = new Command("paios-heartbeat")
    .description("Jobs on time, also after sleep, crash or power-off, and each slot once.")
    .version(manifest.version)
    .option("--json", "print the result as JSON, for scripts")
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError("(add --help for what it takes)")
    .exitOverride()
    .addHelpText("after", help);
  for (const command of [runCommand, dueCommand, runOnceCommand, listCommand, historyCommand, pauseCommand, resumeCommand]) program.addCommand(command(setting).exitOverride());
  // Answered in main.ts before any of this is loaded; it stands here for the help.
  program.command("mcp").description("serve the heartbeat_ tools over stdio, or over HTTP with --http HOST:PORT");
  try {
    await program.parseAsync([...args], { from: "user" });
    return setting.code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    reportError(error, Boolean(program.opts()["json"]));
    return error instanceof UserError && error.code === "bad_input" ? 2 : 1;
  }
}

function reportError(error: unknown, json: boolean): void {
  const message = error instanceof UserError ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
  if (json) process.stdout.write(`${JSON.stringify({ error: { code: error instanceof UserError ? error.code : "defect", message } }, null, 2)}\n`);
  else process.stderr.write(`✘ ${message}\n`);
}

const help = `
Examples:
  paios-heartbeat run                      the daemon; ai services install starts it at each boot
  paios-heartbeat list                     every job, when it runs next and how it went
  paios-heartbeat history alerts           the last runs of one
  paios-heartbeat run-once kb-embed        now, beside its schedule
  paios-heartbeat pause kb-embed --reason "model is away"
  paios-heartbeat due                      what is due, then the end; for units of a calendar

A schedule is "every 15m", "at 2026-12-24T18:00:00Z", or five fields of cron in a time zone. What passed while the
machine slept is made up for by each job's rule. Schedules are changed in paios.json:
  { "heartbeat": { "jobs": { "kb-embed": { "schedule": "every 2h" } } } }

Data lives in $PAIOS_HOME (default ~/.openclaw). Exit codes: 0 done, 1 failed, 2 not understood.`;
