import { setTimeout as sleep } from "node:timers/promises";

/** Time as the heartbeat sees it. Tests bring one that they turn by hand. */
export interface Clock {
  /** Epoch ms, as the person's clock has it; may jump. */
  now: () => number;
  /** Ms that only go forward, and stand still while the machine sleeps. */
  monotonic: () => number;
  /** Resolves after `ms`, or at once when the signal aborts. */
  wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

export const realClock: Clock = {
  now: Date.now,
  monotonic: () => performance.now(),
  wait: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => {}),
};
