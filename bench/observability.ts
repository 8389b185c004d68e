import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { intakeSink } from "@paios/shared/sink";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { createTracer, type TraceEvent } from "@paios/shared/trace";
import { closeObs, type Obs, openObs } from "../packages/obs-server/src/obs.ts";
import { type EventFilter, findEvents } from "../packages/obs-server/src/query/query.ts";
import { traceTrees } from "../packages/obs-server/src/query/tree.ts";
import { addScore } from "../packages/obs-server/src/score.ts";
import { appendIntake, drain } from "../packages/obs-server/src/store/drain.ts";
import { prune } from "../packages/obs-server/src/store/prune.ts";
import { fillText } from "../packages/obs-server/src/store/text.ts";
import { randomFrom } from "./corpus.ts";
import { median, quantile } from "./measure.ts";
import { type BenchResult, type Row, row } from "./result.ts";

const total = 1_000_000;
const dayMs = 86_400_000;
const end = Date.now() - 60_000;

/** A month of a busy person: 1,000,000 events of 200,000 traces; every filter of obs_query, pruning, intake, emitter. */
export async function bench(): Promise<BenchResult> {
  using folder = temporaryFolder("paios-bench-");
  const obs = openObs(folder.path);
  const rows: Row[] = [];
  const burst = 100_000;
  const random = randomFrom(5);
  const appended: number[] = [];
  let [drainMs, textMs] = [0, 0];
  for (let from = 0; from < total; from += burst) {
    const events = Array.from({ length: burst }, (_, at) => event(from + at, random));
    const started = performance.now();
    for (let at = 0; at < burst; at += 256) appendIntake(obs, events.slice(at, at + 256));
    appended.push(burst / ((performance.now() - started) / 1_000));
    const taken = performance.now();
    drain(obs, Infinity);
    const filled = performance.now();
    fillText(obs, Infinity);
    [drainMs, textMs] = [filled - taken, performance.now() - filled];
  }
  rows.push(
    row("intake, acknowledged in batches of 256", { unit: "events/s", ours: median(appended), target: { atLeast: 20_000 } }),
    row(`a burst of ${burst} is in the tables after (last of ten)`, { unit: "ms", ours: drainMs }),
    row(`and found by its words after`, { unit: "ms", ours: drainMs + textMs, target: { atMost: 5_000 } }),
  );
  scoreSome(obs);
  for (const [name, filter] of filters()) rows.push(row(`${name}, p95 of 200`, { unit: "ms", ours: askMany(obs, filter), target: { atMost: 5 } }));
  rows.push(row("obs_trace, p95 of 200", { unit: "ms", ours: quantile(times(200, (at) => traceTrees(obs.database, traceIdOf(at * 997))), 0.95) }));
  rows.push(row(`${total} events on disk`, { unit: "MB", ours: (Number(obs.database.pragma("page_count", { simple: true })) * 4_096) / 1_048_576 }));
  const steps = pruneSteps(obs);
  rows.push(row("a prune step holds the lock, slowest of 200", { unit: "ms", ours: Math.max(...steps), target: { atMost: 30 } }));
  rows.push(row("a prune step holds the lock, median", { unit: "ms", ours: median(steps) }));
  closeObs(obs);
  rows.push(...emitter());
  return { name: "observability", rows, notes: ["In process, on one store; each question asks for 50 events and no total.", "An emitted span: two ids, its attributes, handed to a sink; its batch is written once a 256 events and stands in a row of its own."] };
}

function event(at: number, random: () => number): TraceEvent {
  const trace = Math.floor(at / 5);
  const pick = (list: readonly string[]) => list[Math.floor(random() ** 2 * list.length)] ?? "";
  const service = pick(services);
  return {
    traceId: traceIdOf(trace),
    spanId: (at + 1).toString(16).padStart(16, "0"),
    ...(at % 5 > 0 && { parentId: (trace * 5 + 1).toString(16).padStart(16, "0") }),
    time: end - 29 * dayMs + (at / total) * 29 * dayMs,
    category: pick(categories),
    action: `${pick(actions)} ${service}`,
    service,
    status: random() < 0.02 ? "error" : "ok",
    durationMs: random() * 100,
    metadata: { "gen_ai.tool.name": pick(actions), "paios.kb.results": Math.floor(random() * 10), note: `word${Math.floor(random() * 5_000)}`, ...(at % 5 === 0 && { "gen_ai.tool.call.id": `call_${trace}`, "session.id": `session_${Math.floor(trace / 50)}` }) },
  };
}

const services = ["kb", "router", "obs", "analytics", "macos", "claude-code", "codex", "heartbeat"];
const categories = ["mcp", "database", "telemetry", "job", "brain", "hook"];
const actions = ["search", "read", "write", "classify", "ask", "list", "capture", "score", "notify", "check"];

function traceIdOf(trace: number): string {
  return (trace + 1).toString(16).padStart(32, "0");
}

function scoreSome({ database }: Obs): void {
  const obs = { database } as Obs;
  database.transaction(() => {
    for (let trace = 0; trace < total / 5; trace += 20) addScore(obs, { traceId: traceIdOf(trace), score: (trace % 5) + 1, source: "bench", comment: "" }, end);
  })();
}

/** Each filter alone, and together with others. */
function filters(): [string, (at: number) => EventFilter][] {
  const since = (at: number) => end - ((at % 28) + 1) * dayMs;
  return [
    ["no filter", () => ({})],
    ["traceId", (at) => ({ traceId: traceIdOf(at * 991) })],
    ["tool-use id", (at) => ({ traceId: `call_${at * 37}` })],
    ["session id", (at) => ({ traceId: `session_${at * 3}` })],
    ["category", (at) => ({ category: categories[at % categories.length] })],
    ["action", (at) => ({ action: `${actions[at % actions.length] ?? ""} kb` })],
    ["service", (at) => ({ service: services[at % services.length] })],
    ["status error", () => ({ status: "error" })],
    ["time range", (at) => ({ sinceMs: since(at), untilMs: since(at) + dayMs })],
    ["score", (at) => ({ minScore: (at % 5) + 1 })],
    ["text, a rare word", (at) => ({ text: `word${at * 13}` })],
    ["text, a common word", (at) => ({ text: services[at % services.length] ?? "kb" })],
    ["category, service, error, time", (at) => ({ category: categories[at % categories.length], service: services[at % services.length], status: "error", sinceMs: since(at) })],
    ["service and score", (at) => ({ service: services[at % services.length], minScore: 4 })],
  ];
}

function askMany(obs: Obs, filter: (at: number) => EventFilter): number {
  return quantile(times(200, (at) => findEvents(obs, filter(at), 50)), 0.95);
}

function times(count: number, work: (at: number) => unknown): number[] {
  return Array.from({ length: count }, (_, at) => {
    const started = performance.now();
    work(at);
    return performance.now() - started;
  });
}

/** How long the lock is held for one step of pruning; a budget of nothing makes each call one step of each kind. */
function pruneSteps(obs: Obs): number[] {
  obs.config.retention.eventDays = 10;
  const transaction = obs.database.transaction.bind(obs.database);
  const held: number[] = [];
  obs.database.transaction = ((work: () => unknown) => {
    const whole = transaction(work);
    const timed = () => {
      const started = performance.now();
      const result = whole.immediate();
      held.push(performance.now() - started);
      return result;
    };
    return { immediate: timed };
  }) as never;
  while (held.length < 400) prune(obs, end, 0);
  return held;
}

function emitter(): Row[] {
  const spans = 200_000;
  const perSpan = (sink: { write: (event: TraceEvent) => void; flush: () => void }) => {
    const tracer = createTracer("bench", sink);
    const round = () => {
      const started = performance.now();
      for (let at = 0; at < spans; at++) tracer.span({ category: "bench", action: "tools/call kb_search", attributes: { "mcp.method.name": "tools/call", "gen_ai.tool.name": "kb_search" } }, () => at);
      return ((performance.now() - started) / spans) * 1_000;
    };
    round();
    return median([round(), round(), round()]);
  };
  using folder = temporaryFolder("paios-bench-");
  const sink = intakeSink(folder.path);
  const stored = perSpan(sink);
  sink.flush();
  const importMs = importTime(folder.path);
  return [
    row("emitter, a span", { unit: "µs", ours: perSpan({ write: () => {}, flush: () => {} }), target: { atMost: 1 } }),
    row("emitter, a span with its share of a stored batch", { unit: "µs", ours: stored }),
    row("emitter, import", { unit: "ms", ours: importMs, target: { atMost: 5 } }),
  ];
}

/** As built code is imported: without types. The native module comes with the first batch, not here. */
function importTime(folder: string): number {
  for (const name of ["trace", "sink", "errors"]) {
    const source = readFileSync(join(import.meta.dirname, `../packages/shared/src/${name}.ts`), "utf8");
    writeFileSync(join(folder, `${name}.mjs`), stripTypeScriptTypes(source).replaceAll('.ts"', '.mjs"'));
  }
  const script = 'const started = performance.now(); await import("./trace.mjs"); await import("./sink.mjs"); console.log(performance.now() - started);';
  writeFileSync(join(folder, "import.mjs"), script);
  return median(Array.from({ length: 15 }, () => Number(execFileSync(process.execPath, [join(folder, "import.mjs")], { encoding: "utf8" }))));
}
