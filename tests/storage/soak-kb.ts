import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { soak, type SoakResult } from "@paios/shared/testing/soak";
import { mixedCalls } from "./mixed-calls.ts";
import { configText, environment, faultsOf, kbEntry } from "./rig.ts";

/** A long session with the built server: reads and writes mixed, one after another, over stdio. */
export async function soakKb(folder: string, calls: number, warmUp: number): Promise<SoakResult & { faults: string[] }> {
  const home = join(folder, "paios");
  mkdirSync(home);
  writeFileSync(join(home, "paios.json"), configText);
  const result = await soak({ entry: kbEntry, env: environment(folder, home), calls, warmUp, make: mixedCalls(calls) });
  return { ...result, faults: faultsOf(home) };
}
