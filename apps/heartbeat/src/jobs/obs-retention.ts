import { setImmediate as nextTurn } from "node:timers/promises";
import { defineJob } from "../job.ts";

/** A step holds up the other jobs no longer than this. */
const stepMs = 25;

export default defineJob({
  name: "obs-retention",
  about: "Sums up events and removes those that are older than the settings keep.",
  tier: "hourly",
  schedule: "17 * * * *",
  catchUp: "once",
  timeoutMs: 10 * 60_000,
  retries: 2,
  run: async ({ home, signal, now }) => {
    const { closeObs, drain, fillText, openObs, prune } = await import("@paios/obs-server");
    const obs = openObs(home);
    try {
      const all = async (step: () => number) => {
        let sum = 0;
        for (let count = step(); count > 0; count = step()) {
          sum += count;
          await nextTurn();
          signal.throwIfAborted();
        }
        return sum;
      };
      const taken = await all(() => drain(obs, stepMs));
      await all(() => fillText(obs, stepMs));
      const removed = await all(() => prune(obs, now(), stepMs));
      return `${taken} events taken in, ${removed} old ones removed.`;
    } finally {
      closeObs(obs);
    }
  },
});
