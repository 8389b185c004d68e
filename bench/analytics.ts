import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { type Analytics, calendarOf, closeAnalytics, openAnalytics, toolUsage, usageBy } from "../packages/analytics-server/src/library.ts";
import { ccusage, deviation, totalsOf, version } from "./analytics/ccusage.ts";
import { exactness, type Groups, groupsOf } from "./analytics/compare.ts";
import { cases, generate } from "./analytics/generate.ts";
import { type Command, measured } from "./analytics/measured.ts";
import { type Truth, zones } from "./analytics/truth.ts";
import { median } from "./measure.ts";
import { type BenchResult, row } from "./result.ts";

const root = new URL("..", import.meta.url).pathname;
const rounds = 3;
const seed = 2026;
const datedGroupings = new Set(["day", "week", "month"]);

/** The one place that says how our report is asked for. */
function ours(environment: Record<string, string>): Command {
  return { command: process.execPath, args: [join(root, "apps/cli/dist/main.js"), "usage", "--json"], env: environment };
}

/** A first index and a second report of a tree with a known truth, against ccusage on the same tree; and every number of it. */
export async function bench({ megabytes = 1_000 }: { megabytes?: number } = {}): Promise<BenchResult> {
  using folder = temporaryFolder("paios-bench-");
  const tree = join(folder.path, "tree");
  mkdirSync(tree);
  const truth = generate(tree, { megabytes, seed });
  const whole = await compare(folder.path, tree, join(tree, "openclaw"));
  // Its reading of OpenClaw's database is slow out of proportion: a win there alone would be a cheap one.
  const lines = await compare(folder.path, tree, join(folder.path, "no-openclaw"));
  const exact = await exactGroups(environmentOf(join(folder.path, "home"), tree), truth);
  const inSmall = await exactCases(folder.path);
  const peer = `ccusage ${version}`;
  return {
    name: "analytics",
    rows: [
      row("first index, CPU", { unit: "s", ours: whole.cold.cpu, against: { name: peer, value: whole.peer.cpu }, target: { ratioAtMost: 1 } }),
      row("first index, CPU, without OpenClaw", { unit: "s", ours: lines.cold.cpu, against: { name: peer, value: lines.peer.cpu }, target: { ratioAtMost: 1 } }),
      row("first index, peak memory", { unit: "MB", ours: whole.cold.peak, against: { name: peer, value: whole.peer.peak }, target: { atMost: 120 } }),
      row("report of a known tree, CPU", { unit: "s", ours: whole.warm.cpu, against: { name: peer, value: whole.peer.cpu }, target: { ratioAtMost: 0.05 } }),
      row("report of a known tree, CPU, without OpenClaw", { unit: "s", ours: lines.warm.cpu, against: { name: peer, value: lines.peer.cpu }, target: { ratioAtMost: 0.05 } }),
      row("report of a known tree, peak memory", { unit: "MB", ours: whole.warm.peak }),
      row(`${exact.of} groups told exactly`, { unit: "%", ours: (100 * exact.exact) / exact.of, target: { atLeast: 100 } }),
      row(`${inSmall.of} cases told exactly`, { unit: "cases", ours: inSmall.ours, against: { name: peer, value: inSmall.peers }, target: { atLeast: inSmall.of } }),
    ],
    notes: [
      `${truth.files} files, ${Math.round(truth.bytes / 1e6)} MB, ${truth.total.messages} requests; CPU is user + system of the whole process, the median of ${rounds}.`,
      `Groups: tokens of six kinds and requests by session, model, project, client, MCP server and tool, and by day, week and month in ${zones.join(", ")}.${exact.wrong}`,
      `${peer} on this tree, which has more forks and old files than most: by day ${deviation(await totalsOf(ccusage("daily", tree, { home: folder.path })), truth.total)}; by session ${deviation(await totalsOf(ccusage("session", tree, { home: folder.path })), truth.total)}.`,
      `Cases it does not tell exactly: ${inSmall.peersWrong.join(", ")}.${inSmall.oursWrong.length > 0 ? ` We: ${inSmall.oursWrong.join(", ")}.` : ""}`,
    ],
  };
}

interface Cost {
  cpu: number;
  peak: number;
}

/** Ours on a new home, ours again, the peer, in turn; the first round only warms the disk's cache. */
async function compare(folder: string, tree: string, openClaw: string): Promise<Record<"cold" | "warm" | "peer", Cost>> {
  mkdirSync(openClaw, { recursive: true });
  const runs = { cold: [] as Cost[], warm: [] as Cost[], peer: [] as Cost[] };
  for (let round = 0; round <= rounds; round++) {
    const home = join(folder, "home");
    rmSync(home, { recursive: true, force: true });
    const command = ours({ ...environmentOf(home, tree), OPENCLAW_STATE_DIR: openClaw });
    const done = { cold: await costOf(command), warm: await costOf(command), peer: await costOf(ccusage("daily", tree, { home: folder, openClaw })) };
    if (round > 0) for (const name of ["cold", "warm", "peer"] as const) runs[name].push(done[name]);
  }
  const middle = (costs: Cost[]): Cost => ({ cpu: median(costs.map(({ cpu }) => cpu)), peak: median(costs.map(({ peak }) => peak)) });
  return { cold: middle(runs.cold), warm: middle(runs.warm), peer: middle(runs.peer) };
}

async function costOf(command: Command): Promise<Cost> {
  const { cpuSeconds, peakMegabytes } = await measured(command);
  return { cpu: cpuSeconds, peak: peakMegabytes };
}

function environmentOf(home: string, tree: string): Record<string, string> {
  return { HOME: home, PAIOS_HOME: home, CLAUDE_CONFIG_DIR: join(tree, "claude"), CODEX_HOME: join(tree, "codex"), OPENCLAW_STATE_DIR: join(tree, "openclaw") };
}

interface Exactness {
  exact: number;
  of: number;
  /** The first group that is not, for a reader. */
  wrong: string;
}

/** Every group of the truth against what the index in that home says; it is brought up to date first. */
async function exactGroups(environment: Record<string, string>, truth: Truth): Promise<Exactness> {
  const analytics = openAnalytics(environment["PAIOS_HOME"] ?? "", environment);
  try {
    await analytics.refresher.refresh();
    const results = [...zones.flatMap((zone) => exactInZone(analytics, truth, zone)), exactTools(analytics, truth)];
    const wrong = results.find((result) => result.wrong !== "")?.wrong ?? "";
    return { exact: sum(results.map(({ exact }) => exact)), of: sum(results.map(({ of }) => of)), wrong };
  } finally {
    await closeAnalytics(analytics);
  }
}

function exactInZone(analytics: Analytics, truth: Truth, zone: string): Exactness[] {
  const groupings = Object.entries(groupsOf(truth, zone)).filter(([grouping]) => zone === "UTC" || datedGroupings.has(grouping));
  return groupings.map(([grouping, groups]) => {
    const { exact, of, wrong } = exactness(toldBy(analytics, grouping as Parameters<typeof usageBy>[1], zone), groups);
    return { exact, of, wrong: wrong === undefined ? "" : ` Not exact: the ${grouping} "${wrong}" in ${zone}.` };
  });
}

function toldBy(analytics: Analytics, grouping: Parameters<typeof usageBy>[1], zone: string): Groups {
  const { rows } = usageBy(analytics.database, grouping, {}, calendarOf(analytics, zone), analytics.costs());
  return Object.fromEntries(rows.map(({ key, requests, ...sums }) => [key === "none" ? "" : key, { ...sums, messages: requests }]));
}

function exactTools({ database }: Analytics, truth: Truth): Exactness {
  const results = Object.entries(truth.tools).flatMap(([client, tools]) => {
    const told = new Map(toolUsage(database, { client }).map(({ mcpServer, tool, calls, errors }) => [mcpServer ? `mcp__${mcpServer}__${tool}` : tool, { calls, errors }]));
    return Object.entries(tools).map(([tool, { calls, errors }]) => ({ name: `${client} ${tool}`, right: told.get(tool)?.calls === calls && told.get(tool)?.errors === errors }));
  });
  const wrong = results.find(({ right }) => !right);
  return { exact: results.filter(({ right }) => right).length, of: results.length, wrong: wrong ? ` Not exact: the tool ${wrong.name}.` : "" };
}

/** Each case alone in a small tree: whether we, and whether the peer's totals, have it right. */
async function exactCases(folder: string): Promise<{ of: number; ours: number; peers: number; oursWrong: string[]; peersWrong: string[] }> {
  const oursWrong: string[] = [];
  const peersWrong: string[] = [];
  for (const name of Object.keys(cases)) {
    const [tree, home] = [join(folder, "case"), join(folder, "case-home")];
    for (const path of [tree, home]) rmSync(path, { recursive: true, force: true });
    for (const path of [tree, home, ...["claude/projects", "codex/sessions", "openclaw/agents"].map((below) => join(tree, below))]) mkdirSync(path, { recursive: true });
    const truth = generate(tree, { megabytes: 0.2, seed, only: [name] });
    const { exact, of } = await exactGroups(environmentOf(home, tree), truth);
    if (exact < of) oursWrong.push(name);
    const off = deviation(await totalsOf(ccusage("daily", tree, { home })), truth.total);
    if (off) peersWrong.push(name);
  }
  const of = Object.keys(cases).length;
  return { of, ours: of - oursWrong.length, peers: of - peersWrong.length, oursWrong, peersWrong };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
