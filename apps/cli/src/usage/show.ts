import { basename } from "node:path";
import { styleText } from "node:util";
import type { CostReport, Grouping, LimitReport, SessionUsage, Skipped, Store, ToolUsage, UsageSums, Window } from "@paios/analytics-server";
import { plain, size } from "../output.ts";
import { bar, table } from "./table.ts";

type Row = UsageSums & { key: string };

const shownRows = 31;

export function showUsage(by: Grouping, rows: readonly Row[], totals: UsageSums, timezone: string): string {
  if (rows.length === 0) return "Nothing was used, or no client keeps its sessions here. Next: ai usage stores";
  const byTime = by === "day" || by === "week" || by === "month";
  const shown = byTime ? rows.slice(-shownRows) : rows.slice(0, shownRows);
  const most = Math.max(...shown.map(weight));
  const line = (name: string, sums: UsageSums, share: string) => [name, tokens(sums.inputTokens), tokens(sums.cacheWriteTokens), tokens(sums.cacheReadTokens), tokens(sums.outputTokens), money(sums), share];
  const lines = shown.map((row) => line(label(by, row.key), row, bar(most > 0 ? weight(row) / most : 0)));
  const rest = rows.length > shown.length ? [styleText("dim", `… and ${rows.length - shown.length} ${byTime ? "earlier" : "more"}; --json lists all`)] : [];
  return [table([by.replace("_", " "), "input", "cache write", "cache read", "output", "cost", ""], [...lines, line("total", totals, "")]), ...rest, styleText("dim", `${totals.requests} requests · days of ${timezone}${totals.unpricedTokens > 0 ? ` · + without a price: ${tokens(totals.unpricedTokens)} tokens (ai usage prices)` : ""}`)].join("\n");
}

export function showQuota({ windows, binding }: { windows: readonly Window[]; binding: Window | null }): string {
  if (windows.length === 0) return "";
  const lines = windows.map((window) => {
    const isBinding = window === binding;
    const colour = window.usedPercent >= 90 ? "red" : window.usedPercent >= 70 ? "yellow" : "green";
    return [`${window.client} ${plain(window.name)}`, styleText(colour, bar(window.usedPercent / 100)), `${window.usedPercent.toFixed(0)} %`, window.basis, `resets ${moment(window.resetsAt)}`, window.exhaustedAt ? `used up ${moment(window.exhaustedAt)}${window.earliest && window.latest ? ` (${moment(window.earliest)} to ${moment(window.latest)})` : ""}` : "lasts", isBinding ? styleText("bold", "← first") : ""];
  });
  return table(["limit", "", "used", "", "", "", ""], lines);
}

export function showCosts({ models, totalMicros, unpriced, month }: CostReport, date: string): string {
  const lines = models.map((each) => [plain(each.model), dollars(each.inputMicros), dollars(each.cacheWriteMicros), dollars(each.cacheReadMicros), dollars(each.outputMicros), dollars(each.costMicros), `${each.share.toFixed(1)} %`]);
  return [
    lines.length > 0 ? table(["model", "input", "cache write", "cache read", "output", "cost", "share"], lines) : "Nothing with a price was used.",
    `${dollars(totalMicros)} in all · this month ${dollars(month.soFarMicros)} so far, about ${dollars(month.expectedMicros)} by its end`,
    ...unpriced.map(({ model, tokens: count }) => `${plain(model)}: ${tokens(count)} tokens without a price`),
    styleText("dim", `What the same tokens cost by the API's price list of ${date}; a subscription is billed otherwise.`),
  ].join("\n");
}

export function showSessions(sessions: readonly SessionUsage[]): string {
  if (sessions.length === 0) return "No sessions.";
  return table(
    ["last active", "client", "project", "requests", "tokens", "cost", "tools", "session"],
    sessions.map((each) => [moment(new Date(each.endedMs).toISOString()), each.client, plain(basename(each.project)), String(each.requests), tokens(each.inputTokens + each.outputTokens + each.cacheReadTokens + each.cacheWriteTokens), money(each), each.toolErrors > 0 ? `${each.toolCalls} (${each.toolErrors} failed)` : String(each.toolCalls), plain(each.session)]),
  );
}

export function showTools(tools: readonly ToolUsage[]): string {
  if (tools.length === 0) return "No tool was called.";
  const most = Math.max(...tools.map(({ calls }) => calls));
  return table(
    ["tool", "server", "calls", "failed", "mean", "longest", ""],
    tools.map(({ tool, mcpServer, calls, errors, meanMs, longestMs }) => [plain(tool), plain(mcpServer), String(calls), errors > 0 ? `${errors}` : "", span(meanMs), span(longestMs), bar(calls / most)]),
  );
}

export function showStores(stores: readonly Store[], limit: number): string {
  if (stores.length === 0) return "No client keeps sessions here.";
  return table(
    ["client", "size", "files", "a day", ""],
    stores.map(({ client, megabytes, files, megabytesPerDay }) => [client, size(megabytes * 1_048_576), String(files), megabytesPerDay === undefined ? "" : `${megabytesPerDay} MB`, megabytes > limit ? styleText("yellow", `over ${limit} MB: remove old sessions`) : ""]),
  );
}

export function showSkipped(skipped: readonly Skipped[]): string {
  return skipped.map(({ client, reason, count, files, example }) => `${styleText("yellow", "!")} ${client}: ${count} not counted in ${files} ${files === 1 ? "file" : "files"}: ${reason.replaceAll("_", " ")}, as in ${plain(example)}`).join("\n");
}

export function showPrices({ date, source, problems, unpriced, refreshed }: { date: string; source: string; problems: readonly string[]; unpriced: CostReport["unpriced"]; refreshed?: { models: number; changed: number } }): string {
  return [
    ...(refreshed ? [`Took ${refreshed.models} models, ${refreshed.changed} of them new or changed.`] : []),
    `Prices of ${date} (${plain(source)}).`,
    ...problems.map((problem) => plain(problem)),
    ...unpriced.map(({ model, tokens: count }) => `Without a price: ${plain(model)}, ${tokens(count)} tokens. Give it one in paios.json under analytics.prices, or take a newer list with --refresh.`),
  ].join("\n");
}

/** What Claude Code shows below the prompt. */
export function statusLine(limits: readonly LimitReport[], said: unknown): string {
  const model = (said as { model?: { display_name?: unknown } } | null)?.model?.display_name;
  return [...(typeof model === "string" ? [plain(model)] : []), ...limits.map(({ name, usedPercent }) => `${name} ${Math.round(usedPercent)} %`)].join(" · ");
}

function label(by: Grouping, key: string): string {
  return by === "project" ? plain(key.length > 48 ? `…${key.slice(-47)}` : key) : plain(key);
}

function weight({ inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, costMicros }: UsageSums): number {
  return costMicros > 0 ? costMicros : inputTokens + outputTokens + cacheReadTokens + cacheWriteTokens;
}

function money(sums: { costMicros: number; unpricedTokens: number }): string {
  if (sums.unpricedTokens > 0) return sums.costMicros > 0 ? `${dollars(sums.costMicros)} +?` : "no price";
  return dollars(sums.costMicros);
}

function dollars(micros: number): string {
  const value = micros / 1e6;
  return `$${value >= 100 ? Math.round(value).toLocaleString("en-US") : value.toFixed(2)}`;
}

function tokens(count: number): string {
  if (count >= 1e9) return `${(count / 1e9).toFixed(2)}G`;
  if (count >= 1e6) return `${(count / 1e6).toFixed(1)}M`;
  return count >= 10_000 ? `${Math.round(count / 1e3)}k` : String(count);
}

function span(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : ms < 120_000 ? `${(ms / 1_000).toFixed(1)} s` : `${Math.round(ms / 60_000)} min`;
}

function moment(iso: string): string {
  const date = new Date(iso);
  const isSoon = Math.abs(date.getTime() - Date.now()) < 20 * 3_600_000;
  return isSoon ? clock(iso) : date.toLocaleString("sv-SE", { month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" });
}

function clock(iso: string): string {
  return new Date(iso).toLocaleTimeString("sv-SE", { hour: "2-digit", minute: "2-digit" });
}
