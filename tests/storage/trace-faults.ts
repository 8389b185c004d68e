import { spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { closeObs, drain, openObs } from "@paios/obs-server";
import { seededRandom } from "@paios/shared/testing/random";
import Database from "better-sqlite3";
import { environment } from "./rig.ts";

/**
 * Kills a process that emits spans −9 again and again at random moments, while another drains. What it had flushed is
 * there in the end, each once, and the store is sound. Returns what was wrong.
 */
export async function killWriters(folder: string, rounds: number, seed: number): Promise<{ acknowledged: number; wrong: string[] }> {
  const random = seededRandom(seed);
  const home = join(folder, "paios");
  const flushed = new Map<number, number>();
  const wrong: string[] = [];
  for (let round = 0; round < rounds; round++) {
    const writer = spawn(process.execPath, [join(import.meta.dirname, "trace-writer.ts"), String(round)], { env: environment(folder, home), stdio: ["ignore", "pipe", "inherit"] });
    let printed = "";
    writer.stdout.setEncoding("utf8").on("data", (text: string) => (printed += text));
    const ended = new Promise((resolve) => writer.on("close", resolve));
    await new Promise((resolve) => writer.stdout.once("data", resolve));
    await wait(random.below(60));
    writer.kill("SIGKILL");
    await ended;
    // The last line may have been cut off: what stands before the last line end was acknowledged.
    flushed.set(round, Number(printed.slice(0, printed.lastIndexOf("\n")).split("\n").at(-1)));
    if (round % 5 === 4) drained(home, 5_000);
  }
  drained(home, 60_000);
  const database = new Database(join(home, "observability.sqlite"));
  try {
    const count = database.prepare<[string, number], { all: number; different: number }>(
      "SELECT count(*) AS 'all', count(DISTINCT metadata ->> 'number') AS different FROM event WHERE metadata ->> 'round' = ? AND metadata ->> 'number' < ?",
    );
    for (const [round, acknowledged] of flushed) {
      const found = count.get(String(round), acknowledged);
      if (found?.all !== acknowledged || found.different !== acknowledged) wrong.push(`round ${round}: ${acknowledged} were flushed, ${found?.all} are there, ${found?.different} different ones`);
    }
    const sound = database.pragma("integrity_check", { simple: true });
    if (sound !== "ok") wrong.push(`integrity_check: ${String(sound)}`);
  } finally {
    database.close();
  }
  return { acknowledged: [...flushed.values()].reduce((sum, count) => sum + count, 0), wrong };
}

function drained(home: string, budgetMs: number): void {
  const obs = openObs(home);
  drain(obs, budgetMs);
  closeObs(obs);
}
