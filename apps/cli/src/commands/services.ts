import { Command } from "commander";
import { outputOf } from "../output.ts";
import type { ChangeOptions } from "../services/run.ts";
import { wholeNumber } from "../whole-number.ts";

const defaultLines = 50;

export function servicesCommand(): Command {
  const command = new Command("services").exitOverride().description("what of PAIOS runs by itself and comes back after a reboot: install, status, restart, logs").addHelpText("after", help);
  command
    .command("install")
    .description("write the files of launchd or systemd, enable them at boot and start them")
    .argument("[names...]", "only these; default: every service whose program is there")
    .option("-y, --yes", "agree to what would change")
    .option("--dry-run", "show what would change, and change nothing")
    .action(async (names: string[], options: ChangeOptions, command: Command) => (await run()).install(names, options, outputOf(command)));
  command
    .command("uninstall")
    .description("stop services and take their files out; logs and data stay")
    .argument("[names...]", "only these; default: all that PAIOS installed")
    .option("-y, --yes", "agree to what would change")
    .option("--dry-run", "show what would change, and change nothing")
    .action(async (names: string[], options: ChangeOptions, command: Command) => (await run()).uninstall(names, options, outputOf(command)));
  command
    .command("status", { isDefault: true })
    .description("each service: whether it runs and comes back; exit code 1 when one failed")
    .action(async (_options: unknown, command: Command) => (await run()).status(outputOf(command)));
  command
    .command("restart")
    .description("start a service anew; one that runs by the calendar runs now")
    .argument("<name>")
    .action(async (name: string, _options: unknown, command: Command) => (await run()).restart(name, outputOf(command)));
  command
    .command("logs")
    .description("the last lines a service wrote")
    .argument("<name>")
    .option("-f, --follow", "go on with what it writes, until Ctrl-C")
    .option("-n, --lines <number>", "how many", wholeNumber, defaultLines)
    .action(async (name: string, options: { follow?: boolean; lines: number }, command: Command) => (await run()).logs(name, options, outputOf(command)));
  return command;
}

function run() {
  return import("../services/run.ts");
}

const help = `
Services are gateway, embedding-server, file-watcher, emit-server, daily-tasks, weekly-tasks and heartbeat. A Gateway that
OpenClaw runs by itself is watched, not installed. ai rollback takes an installation back.`;
