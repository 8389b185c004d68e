import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { argv, pid, stdin, stdout } from "node:process";
import { openDatabase } from "@paios/shared/sqlite";
import { createTracer } from "@paios/shared/trace";
import { seededRandom } from "@paios/shared/testing/random";
import type { BrainResult } from "../../packages/brains/src/brain.ts";
import { systemClock } from "../../packages/brains/src/dispatch/clock.ts";
import { dispatch } from "../../packages/brains/src/dispatch/dispatch.ts";
import { dispatchMigrations } from "../../packages/brains/src/dispatch/schema.ts";
import { closeSwitchboard, openSwitchboard } from "../../packages/brains/src/dispatch/switchboard.ts";
import { answerOf, brainOf, fails, requestOf } from "../../packages/brains/src/dispatch/testing/rig.ts";

/**
 * A process that dispatches, beside others on one database: `dispatch-child.ts FOLDER JOB`. What runs is appended to
 * FOLDER/log as "begin PID" and "end PID", alerts as "alert KIND"; the last line printed is the outcome as JSON.
 * - twenty: ten tasks at once for Codex, of 30 ms each
 * - crowd: the same of 5 ms, asking for its place 100 times as often
 * - hold: one task for Codex that never ends
 * - billing | transient: one task (or three) that all fail at the word of stdin
 * - ask: one task of 300 ms
 * - faults: 250 tasks, five at once, of which every fifth try fails; its time goes 100 times as fast
 */
const [folder = "", job = ""] = argv.slice(2);
const log = (line: string) => appendFileSync(join(folder, "log"), `${line}\n`);
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const began = Date.now();
const fast = { ...systemClock, now: () => began + (Date.now() - began) * 100, elapsed: () => performance.now() * 100, wait: (ms: number, signal?: AbortSignal) => systemClock.wait(ms / 100, signal) };
const database = openDatabase({ path: join(folder, "router.sqlite"), migrations: dispatchMigrations });
const tracer = createTracer("test", { write: () => {}, flush: () => {} });
const limits = ["twenty", "crowd"].includes(job) ? { codex: 2 } : job === "hold" ? { codex: 1 } : { claude: 12, codex: 12, gemini: 12 };
const board = openSwitchboard({ database, tracer, limits, onOpen: ({ kind }) => log(`alert ${kind}`), ...(["faults", "crowd"].includes(job) && { clock: fast }) });

async function working(ms: number): Promise<BrainResult> {
  log(`begin ${pid}`);
  await sleep(ms);
  log(`end ${pid}`);
  return answerOf("done");
}

/** Fails when the parent says so, so that all processes fail at once. */
const word = new Promise<void>((resolve) => stdin.once("data", () => resolve()));
// Nothing outlives the test that started it.
stdin.once("end", () => process.exit(1));
async function failing(kind: "billing" | "transient"): Promise<BrainResult> {
  stdout.write("running\n");
  await word;
  return fails(kind)();
}

async function outcomes(count: number, brains: Parameters<typeof dispatch>[0], failovers = 0): Promise<{ succeeded: number; failed: number }> {
  const chosen = brains[0]?.name ?? "codex";
  const results = await Promise.allSettled(Array.from({ length: count }, () => dispatch(brains, requestOf(), { board, chosen, failovers })));
  const succeeded = results.filter(({ status }) => status === "fulfilled").length;
  return { succeeded, failed: count - succeeded };
}

async function faults(): Promise<{ succeeded: number; failed: number; tries: number }> {
  const random = seededRandom(pid);
  const brains = (["claude", "codex", "gemini"] as const).map((name) => brainOf(name, async () => (await sleep(1), random.below(100) < 20 ? fails("transient")() : answerOf("done"))));
  const all = { succeeded: 0, failed: 0 };
  for (let n = 0; n < 50; n++) {
    const { succeeded, failed } = await outcomes(5, brains, 2);
    all.succeeded += succeeded;
    all.failed += failed;
  }
  return { ...all, tries: brains.reduce((sum, { asked }) => sum + asked.length, 0) };
}

async function work(): Promise<object> {
  if (job === "faults") return faults();
  if (job === "billing" || job === "transient") return outcomes(job === "billing" ? 1 : 3, [brainOf("codex", () => failing(job))]);
  if (job === "hold") return outcomes(1, [brainOf("codex", () => (stdout.write("running\n"), working(600_000)))]);
  if (job === "ask") return outcomes(1, [brainOf("codex", () => working(300))]);
  return outcomes(10, [brainOf("codex", () => working(job === "twenty" ? 30 : 5))]);
}

const outcome = await work();
closeSwitchboard(board);
database.close();
stdout.write(`${JSON.stringify(outcome)}\n`, () => process.exit(0));
