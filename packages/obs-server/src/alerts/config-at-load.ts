import { configCheck, probeConfig } from "../health/config-files.ts";
import { storeResult } from "../health/results.ts";
import type { Obs } from "../obs.ts";
import { evaluateAlerts } from "./evaluate.ts";
import { builtInRules } from "./rules.ts";

const rules = builtInRules.filter(({ name }) => name === "config-corrupt");

/** Looks at the settings and credentials files, and has the alert in the outbox when this returns: for a start, before anything acts. */
export function checkConfigAtLoad(obs: Obs, now: number): void {
  const started = performance.now();
  const outcome = probeConfig(obs.home);
  storeResult(obs.database, configCheck, outcome, now, performance.now() - started);
  if (outcome.status !== "ok") evaluateAlerts(obs, now, rules);
}
