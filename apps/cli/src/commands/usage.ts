import { readFileSync } from "node:fs";
import { Command, Option } from "commander";
import type { Analytics, Grouping } from "@paios/analytics-server";
import { calendarOf, costReport, loadRefreshPrices, periodOf, quotaWindows, recentSessions, recordClaudeLimits, skippedParts, storeSizes, toolUsage, usageBy } from "@paios/analytics-server";
import { UserError } from "@paios/shared/errors";
import { paiosHome } from "@paios/shared/home";
import { withAnalytics, withStore } from "../analytics.ts";
import { interruptible } from "../interruptible.ts";
import { outputOf } from "../output.ts";
import { showCosts, showPrices, showQuota, showSessions, showSkipped, showStores, showTools, showUsage, statusLine } from "../usage/show.ts";
import { wholeNumber } from "../whole-number.ts";

interface Asked {
  by: Grouping;
  since?: string;
  until?: string;
  client?: string;
  timezone?: string;
}

const groupings: Grouping[] = ["day", "week", "month", "session", "model", "project", "client", "mcp_server"];

export function usageCommand(): Command {
  const usage = asked(new Command("usage"), true)
    .description("what Claude Code, Codex and OpenClaw used, what it cost, and which limit blocks next")
    .addOption(new Option("--by <what>").choices(groupings).default("day"))
    .action(async (options: Asked, command: Command) => {
      const output = outputOf(command);
      await withAnalytics(output, (analytics) => {
        const calendar = calendarOf(analytics, options.timezone);
        const { rows, totals } = usageBy(analytics.database, options.by, filterOf(analytics, options), calendar, analytics.costs());
        const quota = quotaWindows(analytics.database, Date.now());
        const skipped = skippedParts(analytics.database);
        output.print({ groupBy: options.by, timezone: calendar.timezone, rows, totals, quota, skipped }, () => [showUsage(options.by, rows, totals, calendar.timezone), showQuota(quota), showSkipped(skipped)].filter(Boolean).join("\n\n"));
      });
    });
  for (const command of [quotaCommand(), costCommand(), sessionsCommand(), toolsCommand(), storesCommand(), pricesCommand(), statusLineCommand()]) usage.addCommand(command);
  return usage;
}

/** What the command above understands too it takes for itself: the commands below ask it for all. */
function asked(command: Command, timezone = false): Command {
  command
    .option("--since <time>", "2026-11-21, or back from now: 12h, 7d")
    .option("--until <time>", "a day as its end is counted whole")
    .addOption(new Option("--client <name>").choices(["claude", "codex", "openclaw"]));
  return timezone ? command.option("--timezone <name>", "days of another zone, as Europe/Berlin") : command;
}

function filterOf(analytics: Analytics, { since, until, client, timezone }: Omit<Asked, "by">) {
  return { ...periodOf({ since, until }, calendarOf(analytics, timezone), Date.now()), client };
}

function quotaCommand(): Command {
  return new Command("quota").description("how much of each limit is used, when it resets, and which one blocks first").action(async (_options: object, command: Command) => {
    const output = outputOf(command);
    await withAnalytics(output, ({ database }) => {
      const quota = quotaWindows(database, Date.now());
      output.print(quota, () => showQuota(quota) || "No client was used in the last five weeks.");
    });
  });
}

function costCommand(): Command {
  return asked(new Command("cost"))
    .description("what each model cost, at which prices, and where this month is heading")
    .action(async (_options: object, command: Command) => {
      const output = outputOf(command);
      const options = command.optsWithGlobals<Asked>();
      await withAnalytics(output, (analytics) => {
        const report = costReport(analytics.database, filterOf(analytics, options), calendarOf(analytics, undefined), analytics.costs(), Date.now());
        const { date, source, problems } = analytics.prices();
        output.print({ ...report, prices: { date, source, problems } }, () => showCosts(report, date));
      });
    });
}

function sessionsCommand(): Command {
  return asked(new Command("sessions"))
    .description("sessions, the latest first")
    .option("-p, --project <folder>", "its path, or the last part of it")
    .option("-n, --limit <number>", "at most this many", wholeNumber, 20)
    .action(async (_options: object, command: Command) => {
      const output = outputOf(command);
      const { project, limit, ...options } = command.optsWithGlobals<Asked & { project?: string; limit: number }>();
      await withAnalytics(output, (analytics) => {
        const sessions = recentSessions(analytics.database, { ...filterOf(analytics, options), project, limit }, analytics.costs());
        output.print({ sessions }, () => showSessions(sessions));
      });
    });
}

function toolsCommand(): Command {
  return asked(new Command("tools"))
    .description("which tools were called, how often they failed, how long they took")
    .option("-m, --mcp-server <name>")
    .action(async (_options: object, command: Command) => {
      const output = outputOf(command);
      const { mcpServer, ...options } = command.optsWithGlobals<Asked & { mcpServer?: string }>();
      await withAnalytics(output, (analytics) => {
        const tools = toolUsage(analytics.database, { ...filterOf(analytics, options), mcpServer });
        output.print({ tools }, () => showTools(tools));
      });
    });
}

function storesCommand(): Command {
  return new Command("stores").description("what the clients' own session stores take, and what could not be counted").action(async (_options: object, command: Command) => {
    const output = outputOf(command);
    await withAnalytics(output, ({ database, config }) => {
      const [stores, skipped] = [storeSizes(database), skippedParts(database)];
      output.print({ stores, skipped }, () => [showStores(stores, config.storeMegabytes), showSkipped(skipped)].filter(Boolean).join("\n\n"));
    });
  });
}

function pricesCommand(): Command {
  return new Command("prices")
    .description("which price list is used; --refresh takes a newer one from a file or URL")
    .option("--refresh <source>", "LiteLLM's model_prices_and_context_window.json, or a list of our own form")
    .action(async ({ refresh }: { refresh?: string }, command: Command) => {
      const output = outputOf(command);
      const refreshed = refresh === undefined ? undefined : await (await loadRefreshPrices()).refreshPrices(paiosHome(), refresh, { signal: interruptible() });
      await withAnalytics(output, (analytics) => {
        const { date, source, problems } = analytics.prices();
        const { unpriced } = costReport(analytics.database, {}, calendarOf(analytics, undefined), analytics.costs(), Date.now());
        const facts = { date, source, problems, unpriced, ...(refreshed && { refreshed }) };
        output.print(facts, () => showPrices(facts));
      });
    });
}

/** Claude Code's status line hands over what the provider says of the limits; nothing else does so between two answers. */
function statusLineCommand(): Command {
  return new Command("status-line").description("for Claude Code's statusLine setting: notes the limits it is told of and prints them in a line").action(async (_options: object, command: Command) => {
    const output = outputOf(command);
    let said: unknown;
    try {
      said = JSON.parse(readFileSync(0, "utf8"));
    } catch {
      throw new UserError("bad_input", 'Nothing to read. Set "statusLine": {"type": "command", "command": "ai usage status-line"} in Claude Code\'s settings.json; Claude Code then hands over what it knows.');
    }
    await withStore(({ database }) => {
      const limits = recordClaudeLimits(database, said, Date.now());
      output.print({ limits }, () => statusLine(limits, said));
    });
  });
}

