import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { seededRandom } from "@paios/shared/testing/random";
import { aiJson, configText, type Environment, environment, faultsOf, type Outcome, type RunningKb, startKb } from "./rig.ts";

export interface ManyProcesses {
  /** How many work through the built server over stdio, and how many through `ai kb`. */
  servers: number;
  clis: number;
  seconds: number;
}

/** What one process was told is stored: the word that finds it, and whether it is forgotten. */
interface Known {
  id: number;
  word: string;
  forgotten: boolean;
}

type Call = RunningKb["call"];

/**
 * So many processes add, update, search, list and forget in one home for a while, each its own articles and all of them
 * one shared article. Returns what failed and what was not there afterwards.
 */
export async function manyProcesses(folder: string, { servers, clis, seconds }: ManyProcesses): Promise<{ calls: number; adds: number; p99Ms: number; slowestMs: number; failures: string[]; lost: string[]; faults: string[] }> {
  const home = join(folder, "paios");
  mkdirSync(home);
  writeFileSync(join(home, "paios.json"), configText);
  const env = environment(folder, home);
  const failures: string[] = [];
  let calls = 0;
  const tookMs: number[] = [];
  let sharedUpdates = 0;
  // All of them open the new home at once, and one of them is the first.
  const running = await Promise.all(Array.from({ length: servers }, () => startKb(env)));
  const callers: Call[] = [...running.map(({ call }) => call), ...Array.from({ length: clis }, () => throughCli(env))];
  const shared = await firstArticles(callers);
  const until = performance.now() + seconds * 1_000;

  async function work(call: Call, worker: number): Promise<Known[]> {
    const random = seededRandom(worker + 1);
    const mine: Known[] = [];
    const counted = async (name: string, input: Record<string, unknown>) => {
      const started = performance.now();
      const { value, failure } = await call(name, input).catch((error: unknown): Outcome => ({ value: {}, failure: String(error) }));
      // A process of its own takes its start besides.
      if (worker < servers) tookMs.push(performance.now() - started);
      calls++;
      if (failure !== undefined) failures.push(`${name} ${JSON.stringify(input).slice(0, 80)}: ${failure}`);
      return failure === undefined ? value : undefined;
    };
    for (let n = 0; performance.now() < until; n++) {
      const dice = random.below(100);
      const word = `word${worker}x${n}`;
      const own = mine.length > 0 ? random.pick(mine) : undefined;
      if (dice < 35 || !own) {
        // Some texts take many transactions.
        const text = `${word} belongs to nobody else. ${"Passages of common words follow here. ".repeat(dice < 5 ? 4_000 : 12)}`;
        const added = await counted("kb_add", { title: `Note ${n} of ${worker}`, text });
        if (added) mine.push({ id: Number(added["id"]), word, forgotten: false });
      } else if (dice < 50 && !own.forgotten) {
        const updated = await counted("kb_update", { id: own.id, text: `${word} replaces ${own.word}` });
        if (updated) own.word = word;
      } else if (dice < 60) {
        const changed = await counted("kb_forget", { id: own.id, undo: own.forgotten });
        if (changed) own.forgotten = !own.forgotten;
      } else if (dice < 65) {
        if (await counted("kb_update", { id: shared, tags: [`tag ${worker} ${n}`] })) sharedUpdates++;
      } else if (dice < 90) {
        const found = await counted("kb_search", { query: own.word });
        const ids = ((found?.["results"] ?? []) as { id: number }[]).map(({ id }) => id);
        if (found && ids.includes(own.id) === own.forgotten) failures.push(`${own.word} of article ${own.id} was ${own.forgotten ? "found though forgotten" : "not found"}`);
      } else await counted("kb_list", { limit: 5 });
    }
    return mine;
  }

  try {
    const known = (await Promise.all(callers.map(work))).flat();
    const lost = await whatIsLost(running[0] as RunningKb, known, { id: shared, version: sharedUpdates + 1 });
    tookMs.sort((a, b) => a - b);
    const at = (share: number) => Math.round(tookMs[Math.floor((tookMs.length - 1) * share)] ?? 0);
    return { calls, adds: known.length, p99Ms: at(0.99), slowestMs: at(1), failures, lost, faults: faultsOf(home) };
  } finally {
    await Promise.all(running.map((server) => server.stop()));
  }
}

/** Every process's first call meets a home that another may be making. */
async function firstArticles(callers: readonly Call[]): Promise<number> {
  const added = await Promise.all(callers.map((call) => call("kb_add", { title: "Shared", text: "The article that all of them change." })));
  const failed = added.find(({ failure }) => failure !== undefined);
  if (failed) throw new Error(`The first call failed: ${failed.failure}`);
  const ids = new Set(added.map(({ value }) => Number(value["id"])));
  if (ids.size !== 1) throw new Error(`One text was stored ${ids.size} times`);
  return Number([...ids][0]);
}

async function whatIsLost(server: RunningKb, known: readonly Known[], shared: { id: number; version: number }): Promise<string[]> {
  const lost: string[] = [];
  for (const { id, word, forgotten } of known) {
    if (forgotten) await server.call("kb_forget", { id, undo: true });
    const { value, failure } = await server.call("kb_read", { id, length: 100 });
    if (failure !== undefined || !String(value["text"]).startsWith(`${word} `)) lost.push(`article ${id} with ${word}: ${failure ?? String(value["text"])}`);
  }
  const { value } = await server.call("kb_read", { id: shared.id });
  if (value["version"] !== shared.version) lost.push(`the shared article has version ${String(value["version"])} after ${shared.version - 1} updates`);
  return lost;
}

/** The same calls through the command line, a process each. */
function throughCli(env: Environment): Call {
  const command = (name: string, { id, undo, title, text, tags, query, limit }: Partial<Record<string, string>> & { tags?: string[] }): string[] => {
    if (name === "kb_add") return ["add", String(title), "--", (text ?? "").slice(0, 100_000)];
    if (name === "kb_update") return ["update", String(id), ...(text === undefined ? [] : ["--text", text]), ...(tags ? ["--tags", ...tags] : [])];
    if (name === "kb_forget") return ["forget", String(id), ...(undo ? ["--undo"] : [])];
    return name === "kb_search" ? ["search", String(query)] : ["list", "--limit", String(limit)];
  };
  return async (name, input) => {
    const value = await aiJson(env, ["kb", ...command(name, input as Parameters<typeof command>[1])]);
    return { value, failure: undefined };
  };
}
