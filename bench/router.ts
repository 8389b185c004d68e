import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { heapFlags } from "@paios/shared/testing/stdio";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { classify, type Classification, routerConfig, shippedWeights } from "@paios/router-server";
import { type Client, launch } from "./client.ts";
import { median } from "./measure.ts";
import { type BenchResult, row } from "./result.ts";
import { type JudgedTask, readJudgedTasks } from "./router/judged.ts";

const root = new URL("..", import.meta.url).pathname;
const rounds = 400;

interface Judged {
  task: JudgedTask;
  got: Classification;
}

/** How often the router is right on the reported half of the judged set, how well it knows that, and what it costs. */
export async function bench(): Promise<BenchResult> {
  using home = temporaryFolder();
  const options = { weights: shippedWeights(), ...routerConfig.parse({}) };
  const all = readJudgedTasks();
  const judge = (half: "tune" | "report"): Judged[] => all.filter((task) => task.half === half).map((task) => ({ task, got: classify(task.task, task.attachments ?? [], options) }));
  const report = judge("report");
  const tune = judge("tune");
  const decided = report.filter(({ task }) => !task.fallback);
  const unordered = decided.filter(({ task }) => !task.override);
  const mentions = decided.filter(({ task }) => ["quoted", "named", "past", "negation", "named in code"].includes(task.trap ?? ""));
  const micros = cpuMicros(() => {
    for (const { task } of report) classify(task.task, task.attachments ?? [], options);
  }) / report.length;
  const megabytes = ["a".repeat(1e6), "“".repeat(1e6), "ask claude ".repeat(90_000), "x = {y};\n".repeat(110_000), "./".repeat(5e5)];
  const slowest = Math.max(...megabytes.map((text) => cpuMicros(() => classify(text, [], options))));
  const ways = await roundTrips(home.path, report.map(({ task }) => task.task));
  return {
    name: "router",
    rows: [
      row("right brain, reported half", { unit: "%", ours: percent(decided, isRight), target: { atLeast: 90 } }),
      row("right brain, tuned half", { unit: "%", ours: percent(tune.filter(({ task }) => !task.fallback), isRight) }),
      row("macro-F1 over brains", { unit: "%", ours: 100 * macroF1(decided), target: { atLeast: 91 } }),
      row("right category", { unit: "%", ours: percent(unordered, ({ task, got }) => task.category === got.category) }),
      row("orders to a named brain", { unit: "%", ours: percent(report.filter(({ task }) => task.override), isRight), target: { atLeast: 97 } }),
      row("a named or quoted brain taken for no order", { unit: "%", ours: percent(mentions, ({ got }) => got.override?.brain === undefined), target: { atLeast: 95 } }),
      row("and the right brain besides", { unit: "%", ours: percent(mentions, isRight) }),
      row("other languages", { unit: "%", ours: percent(decided.filter(({ task }) => task.language !== "en"), isRight), target: { atLeast: 92 } }),
      row("nothing to go on, said so", { unit: "%", ours: percent(report.filter(({ task }) => task.fallback), ({ got }) => got.fallback), target: { atLeast: 100 } }),
      row("expected calibration error", { unit: "", ours: calibrationError(unordered), target: { atMost: 0.05 } }),
      row("Brier score", { unit: "", ours: brier(unordered), target: { atMost: 0.08 } }),
      row("CPU a task", { unit: "µs", ours: micros, target: { atMost: 200 } }),
      row("CPU for 1 MB, the slowest of five hostile texts", { unit: "µs", ours: slowest, target: { atMost: 2_000 } }),
      row("round trip over stdio, decision stored", { unit: "ms", ours: ways.ours, against: { name: "bare server", value: ways.bare } }),
      row("of that, ours", { unit: "ms", ours: ways.ours - ways.bare, target: { atMost: 1 } }),
    ],
    notes: [
      `${report.length} tasks of our own, written and split before the classifier; it was tuned on the other half, and its temperature is fitted there.`,
      "A rival for the same set: always Claude " + percent(decided, ({ task }) => task.brain === "claude").toFixed(1) + " %.",
    ],
  };
}

function isRight({ task, got }: Judged): boolean {
  return got.brain === task.brain;
}

function percent(rows: readonly Judged[], test: (row: Judged) => boolean): number {
  return rows.length === 0 ? 0 : (100 * rows.filter(test).length) / rows.length;
}

function macroF1(rows: readonly Judged[]): number {
  const brains = [...new Set(rows.map(({ task }) => task.brain))];
  const scores = brains.map((brain) => {
    const found = rows.filter(({ got }) => got.brain === brain);
    const wanted = rows.filter(({ task }) => task.brain === brain);
    const right = found.filter(isRight).length;
    return right === 0 ? 0 : (2 * right) / (found.length + wanted.length);
  });
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

/** Ten bins of confidence against the share that is right. */
function calibrationError(rows: readonly Judged[]): number {
  return Array.from({ length: 10 }, (_, bin) => rows.filter(({ got }) => Math.min(9, Math.floor(got.confidence * 10)) === bin)).reduce((sum, inside) => {
    if (inside.length === 0) return sum;
    const confidence = inside.reduce((total, { got }) => total + got.confidence, 0) / inside.length;
    return sum + (inside.length / rows.length) * Math.abs(percent(inside, isRight) / 100 - confidence);
  }, 0);
}

function brier(rows: readonly Judged[]): number {
  return rows.reduce((sum, each) => sum + ((isRight(each) ? 1 : 0) - each.got.confidence) ** 2, 0) / rows.length;
}

/** The median of seven runs, after one that is not counted. */
function cpuMicros(work: () => void): number {
  work();
  return median(
    Array.from({ length: 7 }, () => {
      const before = process.cpuUsage();
      work();
      const { user, system } = process.cpuUsage(before);
      return user + system;
    }),
  );
}

async function roundTrips(home: string, tasks: readonly string[]): Promise<{ ours: number; bare: number }> {
  const server = launch({ args: [...heapFlags, join(root, "packages/router-server/dist/main.js")], env: { PAIOS_HOME: home } });
  const bare = launch({ args: [join(root, "bench/bare-server.mjs")] });
  try {
    for (const client of [server, bare]) await client.request("initialize", { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "bench", version: "1" } });
    const times = { ours: [] as number[], bare: [] as number[] };
    for (let at = 0; at < rounds; at++) {
      const task = tasks[at % tasks.length] ?? "";
      times.ours.push(await timedCall(server, "router_classify", task));
      times.bare.push(await timedCall(bare, "echo", task));
    }
    return { ours: median(times.ours.slice(20)), bare: median(times.bare.slice(20)) };
  } finally {
    await Promise.all([server.end(), bare.end()]);
  }
}

async function timedCall(client: Client, name: string, task: string): Promise<number> {
  const started = performance.now();
  await client.call(name, { task });
  return performance.now() - started;
}
