import { readConfig } from "@paios/shared/config";
import { defineJob } from "../job.ts";

const askMs = 2_000;

/** Stands in for emit-server, which does the same every 15 s while it runs. */
export default defineJob({
  name: "alerts",
  about: "Checks health, evaluates alerts and delivers messages while emit-server does not run.",
  tier: "frequent",
  schedule: "every 1m",
  catchUp: "skip",
  timeoutMs: 120_000,
  retries: 0,
  run: async ({ home, environment, signal, now }) => {
    const { closeObs, deliverOutbox, drain, emitAddress, evaluateAlerts, openObs, runChecks } = await import("@paios/obs-server");
    if (await answers(readConfig(home, "emit", emitAddress).value.port, signal)) return "emit-server does it.";
    const obs = openObs(home);
    try {
      drain(obs, 250);
      await runChecks(obs, { environment, signal, now: now() });
      signal.throwIfAborted();
      evaluateAlerts(obs, now());
      const sent = await deliverOutbox(obs, { now: now(), signal });
      return `emit-server does not answer: checked and evaluated here, ${sent} messages sent.`;
    } finally {
      closeObs(obs);
    }
  },
});

async function answers(port: number, signal: AbortSignal): Promise<boolean> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(askMs)]);
  try {
    const response = await fetch(`http://127.0.0.1:${port}/healthz`, { signal: limit, redirect: "manual" });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
