import { Command } from "commander";
import { runDaemon } from "../daemon.ts";
import { type Opened, type Setting, withJobs } from "./setting.ts";

export function runCommand(setting: Setting): Command {
  return new Command("run").description("run jobs when they are due, until SIGTERM").action(() => withJobs(setting, run, { addsOnly: false }));
}

async function run({ heartbeat, registry, running, say }: Opened): Promise<void> {
  for (const [name, problem] of registry.problems) say(`${name} cannot run: ${problem}`);
  say(`paios-heartbeat runs ${registry.jobs.size} jobs, at most ${heartbeat.config.wip} at once`);
  await runDaemon(heartbeat, { ...running, registry, say });
}
