import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { scratchEnvironment, temporaryFolder } from "@paios/shared/testing/temporary";
import { residentBytes } from "@paios/shared/testing/processes";
import { parseSchedule } from "../../apps/heartbeat/src/schedule.ts";
import { weekJobs } from "../heartbeat/week-jobs.ts";

const faster = 1_000;
const dayMs = 86_400_000;
/** Its Sunday has the end of summer time in Europe. */
const start = "2026-10-20 12:00:00";
const stopMs = 3_000;

interface Effect {
  key: string;
  slot: number;
  attempt: number;
  at: number;
}

/** SERV-06: a real daemon for a week at ×1000 with 100 jobs and a change of the clock: no slot is missed, none runs twice. */
export async function prove(days = 7): Promise<{ figures: Record<string, number | string> }> {
  if (spawnSync("faketime", ["--version"]).error) throw new Error("faketime is not installed: apt-get install faketime");
  using folder = temporaryFolder();
  const effects = join(folder.path, "effects.ndjson");
  const child = spawn("faketime", ["-f", `@${start} x${faster}`, process.execPath, join(import.meta.dirname, "../heartbeat/week-child.ts"), effects], { env: scratchEnvironment(folder.path, { TZ: "UTC" }), stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
  // faketime stands before it: the daemon is another process.
  const closed = once(child, "close");
  const signal = (name: NodeJS.Signals) => void process.kill(Number(/process (\d+) started/.exec(said)?.[1]), name);
  let memory: number;
  try {
    memory = await livedThrough(days * dayMs, { child, effects, said: () => said });
    signal("SIGTERM");
    await Promise.race([closed, wait(stopMs)]);
  } finally {
    if (child.exitCode === null && child.signalCode === null) signal("SIGKILL");
  }
  const began = Number(/started (\d+)/.exec(said)?.[1]);
  const { missed, doubled, ran, latest } = judged(readEffects(effects), began, began + days * dayMs);
  const errors = said.split("\n").filter((line) => / at |Error/.test(line));
  if (missed.length + doubled.length + errors.length > 0) throw new Error(`missed ${missed.length}, doubled ${doubled.length}\n${[...missed, ...doubled, ...errors].slice(0, 20).join("\n")}`);
  return { figures: { "faster than real": faster, days, jobs: weekJobs().length, runs: ran, missed: 0, doubled: 0, "latest start after its slot, s of fake time": Math.round(latest / 1_000), "memory at the end, MB": Math.round(memory / 1e6) } };
}

interface Living {
  child: ChildProcess;
  effects: string;
  said: () => string;
}

/** Waits until the daemon's own clock has passed so much; what it noted tells its time. Returns its memory at the end. */
async function livedThrough(ms: number, { child, effects, said }: Living): Promise<number> {
  let memory = 0;
  const running = () => child.exitCode === null && child.signalCode === null;
  for (const deadline = Date.now() + (ms / faster) * 2 + 10_000; Date.now() < deadline && running(); await wait(2_000)) {
    const began = Number(/started (\d+)/.exec(said())?.[1] ?? Number.NaN);
    const last = readEffects(effects).at(-1)?.at ?? 0;
    const pid = /process (\d+) started/.exec(said())?.[1];
    if (pid !== undefined && running()) memory = residentBytes(Number(pid));
    // An hour more, so that the last slots have their time.
    if (last > began + ms + 3_600_000) return memory;
  }
  throw new Error(`The daemon did not live so long: ${said().slice(-2_000)}`);
}

function readEffects(file: string): Effect[] {
  if (!existsSync(file)) return [];
  const text = readFileSync(file, "utf8");
  return text.slice(0, text.lastIndexOf("\n") + 1).split("\n").filter(Boolean).map((line) => JSON.parse(line) as Effect);
}

function judged(effects: readonly Effect[], from: number, to: number): { missed: string[]; doubled: string[]; ran: number; latest: number } {
  const counts = new Map<string, number>();
  for (const { key } of effects) counts.set(key, (counts.get(key) ?? 0) + 1);
  const doubled = [...counts].filter(([, count]) => count > 1).map(([key]) => `${key} ran twice`);
  const missed: string[] = [];
  let ran = 0;
  for (const { name, schedule, timezone = "UTC" } of weekJobs()) {
    const parsed = parseSchedule(schedule, timezone, from);
    for (let slot = parsed.next(from); slot !== undefined && slot <= to; slot = parsed.next(slot)) {
      if (counts.has(`${name}@${new Date(slot).toISOString()}`)) ran++;
      else missed.push(`${name} (${schedule}, ${timezone}) was missed at ${new Date(slot).toISOString()}`);
    }
  }
  return { missed, doubled, ran, latest: Math.max(...effects.map(({ slot, at }) => at - slot)) };
}
