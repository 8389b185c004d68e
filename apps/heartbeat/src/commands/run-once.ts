import { Command } from "commander";
import { runOne } from "../run-one.ts";
import { print, type Setting, withJobs } from "./setting.ts";

export function runOnceCommand(setting: Setting): Command {
  return new Command("run-once")
    .argument("<job>", "its name, as `list` shows it")
    .description("run a job now, beside its schedule, once; exit code 1 when it fails")
    .action((job: string, _options: unknown, command: Command) =>
      withJobs(setting, async ({ heartbeat, registry, running }) => {
        const ran = await runOne(heartbeat, registry, job, running);
        print(command, ran, () => `${ran.job} ${ran.status} in ${(ran.tookMs / 1_000).toFixed(1)} s. ${ran.note}`);
        if (ran.status !== "done") setting.code = 1;
      }),
    );
}
