import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { applyChanges, listChanges, planChanges, rollback } from "@paios/shared/change";
import { seededRandom } from "@paios/shared/testing/random";
import { scratchEnvironment } from "@paios/shared/testing/temporary";
import { start } from "../storage/rig.ts";
import { fixture, statesOf, writeOld } from "./fixture.ts";

const child = fileURLToPath(new URL("change-child.ts", import.meta.url));
const tasks = ["undo", "apply", "rollback"] as const;

/** The dead child's locks count as left behind at once. */
const now = () => Date.now() + 11_000;

export interface Killed {
  /** Children that died −9 at work. */
  kills: number;
  /** Of these, with some files old and some new. */
  mixed: number;
  rounds: number;
  wrong: string[];
}

/**
 * Ends a change, an undo or a rollback −9 until `kills` children died, most after a chosen step, the others at a random
 * moment. Each time every file is old or new, whole, and has its backup; the next run completes it and leaves nothing
 * over; rolling back gives the old files.
 */
export async function killChanges(folder: string, kills: number, seed: number): Promise<Killed> {
  const random = seededRandom(seed);
  const steps = await stepsOf(join(folder, "unharmed"));
  const killed: Killed = { kills: 0, mixed: 0, rounds: 0, wrong: [] };
  while (killed.kills < kills && killed.wrong.length < 20) {
    const turn = Math.floor(killed.rounds / tasks.length) + 1;
    const task = tasks[killed.rounds % tasks.length] ?? "apply";
    const when = `round ${killed.rounds++}, ${task}`;
    const scratch = join(folder, `round-${killed.rounds}`);
    mkdirSync(scratch);
    writeOld(scratch);
    if (task === "rollback") await apply(scratch);
    const bySteps = random.below(4) > 0;
    const step = ((turn * (steps[task] % 7 === 0 ? 11 : 7)) % steps[task]) + 1;
    const died = await runAndKill(scratch, task, bySteps ? step : undefined, random.below(60));
    if (died) killed.kills++;
    else if (bySteps) killed.wrong.push(`${when}: it has no step ${step}`);
    const states = statesOf(scratch, killed.wrong, when);
    if (died && new Set(states).size > 1) killed.mixed++;
    check(scratch, states, when, killed.wrong);
    await complete(scratch, task, when, killed.wrong);
    rmSync(scratch, { recursive: true });
  }
  return killed;
}

/** How many steps each task has; a prime that does not divide it leads through all of them. */
async function stepsOf(scratch: string): Promise<Record<(typeof tasks)[number], number>> {
  mkdirSync(scratch);
  writeOld(scratch);
  const { home, edits, lock } = fixture(scratch);
  const counts = [0, 0, 0] as [number, number, number];
  const counting = (task: 0 | 1 | 2) => ({ onStep: () => void counts[task]++ });
  await applyChanges(home, planChanges(edits), { what: "setup", locks: [lock], probe: () => Promise.resolve({ ok: false }), ...counting(0) }).catch(() => {});
  await applyChanges(home, planChanges(edits), { what: "setup", locks: [lock], ...counting(1) });
  await rollback(home, undefined, counting(2));
  return { undo: counts[0], apply: counts[1], rollback: counts[2] };
}

async function runAndKill(scratch: string, task: string, step: number | undefined, delayMs: number): Promise<boolean> {
  const env = scratchEnvironment(scratch, step === undefined ? {} : { PAIOS_TEST_KILL_STEP: String(step) });
  const command = start([child, scratch, task], env, "", (text) => {
    if (step === undefined && text.startsWith("ready")) setTimeout(command.kill, delayMs);
  });
  const { code } = await command.ended;
  return code === null;
}

/** What is new must have its old text in a listed backup; every listed copy is whole. */
function check(scratch: string, states: readonly string[], when: string, wrong: string[]): void {
  const { home, edits } = fixture(scratch);
  const changes = listChanges(home);
  const covered = new Set(changes.flatMap(({ files }) => files));
  for (const [index, state] of states.entries()) if (state === "new" && !covered.has(edits[index]?.path ?? "")) wrong.push(`${when}: a file was changed without a backup`);
  for (const { id } of changes) {
    const backup = join(home, "backups", id);
    const { files } = JSON.parse(readFileSync(join(backup, "manifest.json"), "utf8")) as { files: { before: string; copy?: string }[] };
    for (const { before, copy } of files) {
      if (copy === undefined ? before !== "" : digest(join(backup, copy)) !== before) wrong.push(`${when}: ${id} has a copy that is not the old text`);
    }
  }
}

async function complete(scratch: string, task: string, when: string, wrong: string[]): Promise<void> {
  try {
    if (task !== "rollback") {
      await apply(scratch);
      expectAll(scratch, "new", `${when}, next run`, wrong);
    }
    await rollBackAll(scratch);
    expectAll(scratch, "old", `${when}, rolled back`, wrong);
    const leftOver = () => readdirSync(scratch, { recursive: true, encoding: "utf8" }).filter((name) => /\.paios-|\.part|lock$/.test(name));
    if (leftOver().some((name) => name.endsWith("lock"))) {
      // Nothing was left to be done, so no lock was needed: the next change takes it over.
      await apply(scratch);
      await rollBackAll(scratch);
    }
    const over = leftOver();
    if (over.length > 0) wrong.push(`${when}: left over ${over.join()}`);
    if (existsSync(join(scratch, "codex"))) wrong.push(`${when}: a folder is left over`);
  } catch (error) {
    wrong.push(`${when}: ${String(error)}`);
  }
}

async function rollBackAll(scratch: string): Promise<void> {
  const { home } = fixture(scratch);
  while (listChanges(home).some(({ rolledBack, rollbackOf }) => !rolledBack && rollbackOf === undefined)) {
    const { refused } = await rollback(home, undefined, { now });
    if (refused.length > 0) throw new Error(`refused ${refused.join()}`);
  }
}

async function apply(scratch: string): Promise<void> {
  const { home, lock, edits } = fixture(scratch);
  await applyChanges(home, planChanges(edits), { what: "setup", locks: [lock], now });
}

function expectAll(scratch: string, wanted: string, when: string, wrong: string[]): void {
  const states = statesOf(scratch, wrong, when);
  if (states.some((state) => state !== wanted)) wrong.push(`${when}: ${states.join()} and not all ${wanted}`);
}

function digest(path: string): string {
  return existsSync(path) ? createHash("sha256").update(readFileSync(path)).digest("hex") : "";
}
