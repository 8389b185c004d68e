import { Command, InvalidArgumentError } from "commander";
import { history } from "../list.ts";
import { print, type Setting, shortTime, withJobs } from "./setting.ts";

const maxRuns = 200;

export function historyCommand(setting: Setting): Command {
  return new Command("history")
    .argument("<job>", "its name, as `list` shows it")
    .option("--limit <n>", `how many, at most ${maxRuns}`, wholeNumber, 20)
    .description("the newest runs of a job: outcome, attempts, and what they said")
    .action((job: string, { limit }: { limit: number }, command: Command) =>
      withJobs(setting, async ({ heartbeat }) => {
        const runs = history(heartbeat, job, limit);
        print(command, { runs }, () => runs.map(({ slot, status, attempt, tookMs, note }) => `${shortTime(slot)}  ${status}${attempt > 1 ? ` (attempt ${attempt})` : ""}${tookMs === undefined ? "" : `  ${tookMs} ms`}  ${note ?? ""}`.trimEnd()).join("\n") || "It never ran.");
      }),
    );
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > maxRuns) throw new InvalidArgumentError(`It is a whole number from 1 to ${maxRuns}.`);
  return value;
}
