import { Command, Option } from "commander";
import { runDue } from "../daemon.ts";
import { type Tier, tiers } from "../job.ts";
import { type Opened, print, type Setting, withJobs } from "./setting.ts";

export function dueCommand(setting: Setting): Command {
  return new Command("due")
    .description("run what is due, wait for it, and end")
    .addOption(new Option("--tier <tier>", "only jobs that run so often").choices(tiers))
    .action(({ tier }: { tier?: Tier }, command: Command) => withJobs(setting, (opened) => due(opened, tier, command), { addsOnly: false }));
}

async function due({ heartbeat, registry, running, say }: Opened, tier: Tier | undefined, command: Command): Promise<void> {
  const runs = await runDue(heartbeat, { ...running, registry, say, tiers: tier && [tier] });
  print(command, { runs }, () => (runs === 0 ? "Nothing was due." : `${runs} runs.`));
}
