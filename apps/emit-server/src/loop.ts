import { setImmediate as yieldTurn } from "node:timers/promises";
import { deliverOutbox, drain, evaluateAlerts, fillText, type Obs, prune, runChecks } from "@paios/obs-server";

const drainEveryMs = 1_000;
const checkEveryMs = 15_000;
const pruneEveryMs = 3_600_000;
/** Work a person waits for is never silent for two minutes, and a message does not wait for slow checks. */
const deliverEveryMs = 5_000;
/** A step holds up requests no longer than this at a time. */
const stepMs = 25;

/** The standing work on the store: what waits is moved, checks and alerts are kept fresh, messages go out, old events go. */
export function startLoop(obs: Obs, environment: NodeJS.ProcessEnv, log: (error: unknown) => void): { stop: () => void } {
  const ending = new AbortController();
  const { signal } = ending;

  /** Does `work` now and again `ms` after it ended; never two of the same at once. */
  function repeat(ms: number, work: () => Promise<void>): void {
    if (signal.aborted) return;
    void work()
      .catch((error: unknown) => {
        if (!signal.aborted) log(error);
      })
      .then(() => setTimeout(() => repeat(ms, work), ms).unref());
  }

  let textIsBehind = true;
  repeat(drainEveryMs, async () => {
    if ((await untilDone(() => drain(obs, stepMs), signal)) > 0) textIsBehind = true;
    if (!textIsBehind) return;
    await untilDone(() => fillText(obs, stepMs), signal);
    textIsBehind = false;
  });
  repeat(checkEveryMs, async () => {
    await runChecks(obs, { environment, signal });
    if (!signal.aborted) evaluateAlerts(obs, Date.now());
  });
  repeat(deliverEveryMs, async () => {
    await deliverOutbox(obs, { now: Date.now(), signal });
  });
  repeat(pruneEveryMs, async () => {
    await untilDone(() => prune(obs, Date.now(), stepMs), signal);
  });
  return { stop: () => ending.abort() };
}

/** Repeats a step until it finds nothing more to do, with a turn for requests in between. Returns how much was done. */
async function untilDone(step: () => number, signal: AbortSignal): Promise<number> {
  let sum = 0;
  for (let done = signal.aborted ? 0 : step(); done > 0; done = signal.aborted ? 0 : step()) {
    sum += done;
    await yieldTurn();
  }
  return sum;
}
