import { styleText } from "node:util";
import { Command } from "commander";
import { listJobs, type ListedJob } from "../list.ts";
import { print, type Setting, shortTime, withJobs } from "./setting.ts";

export function listCommand(setting: Setting): Command {
  return new Command("list").description("every job: when it runs next, how the last run went, what keeps one from running").action((_options: unknown, command: Command) =>
    withJobs(setting, async ({ heartbeat }) => {
      const listing = listJobs(heartbeat);
      print(command, listing, () => {
        const width = Math.max(...listing.jobs.map(({ name }) => name.length), 0);
        return [...listing.jobs.map((job) => line(job, width)), "", `${listing.running} of at most ${listing.limit} run now.`].join("\n");
      });
    }),
  );
}

function line({ name, schedule, nextAt, lastRun, enabled, paused, problem, owner }: ListedJob, width: number): string {
  const when = problem !== undefined ? styleText("red", "cannot run") : !enabled ? styleText("yellow", "paused") : nextAt === null ? "over" : `next ${shortTime(nextAt)}`;
  const last = lastRun ? `${styleText(colours[lastRun.status] ?? "dim", lastRun.status)} ${shortTime(lastRun.at)}` : styleText("dim", "never ran");
  const more = [problem, paused, lastRun?.status === "failed" ? lastRun.note : undefined, owner === "paios" ? undefined : `by ${owner}`].filter((text) => text !== undefined);
  return `${name.padEnd(width)}  ${when}  ${last}  ${styleText("dim", schedule)}${more.map((text) => `\n${" ".repeat(width)}  ${text}`).join("")}`;
}

const colours: Record<string, "green" | "red" | "yellow" | "cyan"> = { done: "green", failed: "red", cut: "yellow", claimed: "yellow", running: "cyan" };
