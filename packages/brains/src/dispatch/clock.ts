import { setTimeout as wait } from "node:timers/promises";

/** Time and chance, so that tests need not wait for them. */
export interface Clock {
  /** Epoch ms; may jump. */
  now: () => number;
  /** Ms that only grow. */
  elapsed: () => number;
  /** Rejects with the signal's reason. */
  wait: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** 0 … 1, without 1. */
  random: () => number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  wait: async (ms, signal) => {
    try {
      await wait(ms, undefined, signal && { signal });
    } catch (error) {
      throw signal?.aborted ? signal.reason : error;
    }
  },
  random: () => Math.random(),
};

/** `ms` give or take 20 %. */
export function jittered(ms: number, random: () => number): number {
  return ms * (0.8 + 0.4 * random());
}
