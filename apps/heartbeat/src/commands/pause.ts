import { Command } from "commander";
import { pauseJob } from "../add.ts";
import { unknownJob } from "../list.ts";
import { print, type Setting, withJobs } from "./setting.ts";

export function pauseCommand(setting: Setting): Command {
  return new Command("pause")
    .argument("<job>", "its name, as `list` shows it")
    .option("--reason <text>", "why, for whoever lists the jobs", "by hand")
    .description("keep a job from running until it is resumed; what runs goes on")
    .action((job: string, { reason }: { reason: string }, command: Command) => change(setting, command, job, { paused: true, reason }));
}

export function resumeCommand(setting: Setting): Command {
  return new Command("resume")
    .argument("<job>", "its name, as `list` shows it")
    .description("let a paused job run again, from its next slot on")
    .action((job: string, _options: unknown, command: Command) => change(setting, command, job, { paused: false, reason: "" }));
}

function change(setting: Setting, command: Command, job: string, wanted: { paused: boolean; reason: string }): Promise<void> {
  return withJobs(setting, async ({ heartbeat, running }) => {
    if (!pauseJob(heartbeat, job, wanted, running.clock.now())) throw unknownJob();
    print(command, { job, enabled: !wanted.paused }, () => (wanted.paused ? `${job} is paused. \`paios-heartbeat resume ${job}\` lets it run again.` : `${job} runs again.`));
  });
}
