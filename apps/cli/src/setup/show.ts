import { styleText } from "node:util";
import type { Applied } from "@paios/shared/change";
import { plain } from "../output.ts";
import { forgetting } from "./claude-plugin.ts";
import { codexCopies } from "./codex-plugin.ts";
import { argumentsOf } from "./gateway.ts";
import type { SetupOutcome } from "./apply.ts";
import { nodeLink } from "./links.ts";
import type { Machine } from "./machine.ts";
import type { SetupPlan } from "./plan.ts";
import type { Row, State } from "./probe.ts";
import { toolsNeedingConsent } from "./servers.ts";

/** What a plan would do, as a person reads it: the diffs, and what is not a file. */
export function showPlan(machine: Machine, plan: SetupPlan): string {
  const { changes } = plan.planned;
  const copies = changes.filter(({ path }) => path.startsWith(codexCopies(machine)));
  const shown = changes.filter((change) => change.path !== machine.files.record && !copies.includes(change));
  return [
    clientsLine(plan),
    ...plan.notes.map((note) => `${styleText("yellow", "!")} ${plain(note)}`),
    "",
    ...shown.map(({ diff }) => coloured(diff)),
    ...(copies.length > 0 ? [styleText("dim", `and ${copies.length} files in ${codexCopies(machine)}, Codex' own copy of the plugin`)] : []),
    ...(shown.length + copies.length < changes.length ? [styleText("dim", `and ${machine.files.record}, where setup notes what it put where`)] : []),
    ...(plan.linkNode ? [`link ${nodeLink(machine)} → ${machine.node}`] : []),
    ...(plan.forgetInClaude ? [`run claude ${forgetting.join(" ")}`] : []),
    ...plan.gateway.map((change) => `run openclaw ${argumentsOf(change).join(" ")}`),
    ...(isEmpty(plan) ? ["Nothing is to be changed."] : []),
    ...consentLines(plan),
  ].join("\n");
}

export function isEmpty({ planned, linkNode, gateway, forgetInClaude }: SetupPlan): boolean {
  return planned.changes.length === 0 && !linkNode && gateway.length === 0 && !forgetInClaude;
}

/** Afterwards: what changed, how it is undone, and what the clients say. */
export function showOutcome({ changed, backup, live }: SetupOutcome): string {
  return [
    changed.length > 0 ? `${styleText("green", "✔")} ${changed.length} files changed; the former ones are in ${backup}` : `${styleText("green", "✔")} Nothing had to be changed.`,
    "",
    liveTable(live),
    "",
    ...(changed.length > 0 ? ["Next:", "  start a new shell, then: ai kb search \"your question\"", "  in Claude Code or Codex, ask something that your notes answer", "  ai rollback               puts every file back as it was", "  ai setup --uninstall      takes out what setup put in"] : []),
  ].join("\n").trimEnd();
}

export function showUninstalled({ changed, backup }: Applied, home: string): string {
  if (changed.length === 0) return "There was nothing of ours to take out.";
  return [`${styleText("green", "✔")} Taken out of ${changed.length} files; the former ones are in ${backup}`, `Your data stays in ${home}. ai is gone from new shells; npx -y pnpm@12 ai works in the checkout.`].join("\n");
}

/** Server by client, with state and time. */
export function liveTable(rows: readonly Row[]): string {
  const servers = [...new Set(rows.map(({ server }) => server))];
  const clients = [...new Set(rows.map(({ client }) => client))];
  const width = Math.max(6, ...servers.map(({ length }) => length)) + 2;
  const cell = (row: Row | undefined) => (row ? `${marks[row.state]} ${plain(row.detail)}, ${row.ms} ms` : "");
  const columns = clients.map((client) => Math.max(client.length, ...rows.filter((row) => row.client === client).map((row) => visible(cell(row)))) + 2);
  const line = (first: string, cells: readonly string[]) => `  ${first.padEnd(width)}${cells.map((text, at) => text + " ".repeat(Math.max(0, (columns[at] ?? 0) - visible(text)))).join("")}`.trimEnd();
  return [styleText("dim", line("server", clients)), ...servers.map((server) => line(server, clients.map((client) => cell(rows.find((row) => row.client === client && row.server === server)))))].join("\n");
}

const marks: Record<State, string> = { connected: styleText("green", "✔"), failed: styleText("red", "✘"), pending: styleText("yellow", "⏸"), missing: styleText("red", "✘"), unknown: styleText("yellow", "?") };

function visible(text: string): number {
  // oxlint-disable-next-line no-control-regex -- the colours
  return text.replace(/\u001B\[\d+m/g, "").length;
}

function clientsLine({ clients, servers }: SetupPlan): string {
  const each = clients.map((client) => (client.installed ? `${client.name} ${client.version ?? "?"}` : `${client.name} not installed`));
  return `${each.join(", ")}${servers.length > 0 ? `; servers: ${servers.map(({ name }) => name).join(", ")}` : ""}`;
}

function consentLines({ servers, allowed }: SetupPlan): string[] {
  if (servers.length === 0) return [];
  const risky = toolsNeedingConsent(servers);
  const asked = risky.filter(({ name }) => !allowed.includes(name));
  const free = risky.filter(({ name }) => allowed.includes(name));
  const names = (tools: readonly { name: string; risk: string }[]) => tools.map(({ name, risk }) => `${name} (${risk})`).join(", ");
  return [
    "",
    "Tools that only read, or add without reaching outside, run unasked.",
    ...(asked.length > 0 ? [`Asked before each use: ${names(asked)}. To let one run: --allow ${asked[0]?.name}`] : []),
    ...(free.length > 0 ? [`Run unasked because you agreed: ${names(free)}. To be asked again: --ask ${free[0]?.name}`] : []),
  ];
}

/** A unified diff as terminals show it. */
function coloured(diff: string): string {
  return diff
    .trimEnd()
    .split("\n")
    .map((line) => {
      const text = line.replace(/\r$/, "");
      if (text.startsWith("---") || text.startsWith("+++")) return styleText("bold", text);
      if (text.startsWith("@@")) return styleText("cyan", text);
      if (text.startsWith("+")) return styleText("green", text);
      return text.startsWith("-") ? styleText("red", text) : text;
    })
    .join("\n");
}
