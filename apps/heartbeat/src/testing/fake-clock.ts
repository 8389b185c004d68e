import type { Clock } from "../clock.ts";

export interface FakeClock extends Clock {
  /** Lets so much time pass, with every wait in it ending when it is due. */
  pass: (ms: number) => Promise<void>;
  /** Sets the person's clock; no time passes. */
  set: (ms: number) => void;
  /** The machine sleeps: the person's clock goes on, the other one stands, nothing runs. */
  sleep: (ms: number) => void;
  /** The process is stopped: both clocks go on, nothing runs. */
  stop: (ms: number) => void;
}

interface Waiter {
  at: number;
  end: () => void;
}

const turns = 4;

/** A clock that is turned by hand, from `start` (epoch ms) on. */
export function fakeClock(start: number): FakeClock {
  let monotonic = 0;
  let ahead = start;
  const waiters = new Set<Waiter>();

  const wait = (ms: number, signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      const waiter = { at: monotonic + ms, end };
      function end() {
        waiters.delete(waiter);
        signal.removeEventListener("abort", end);
        resolve();
      }
      if (signal.aborted) return resolve();
      signal.addEventListener("abort", end, { once: true });
      waiters.add(waiter);
    });

  async function pass(ms: number): Promise<void> {
    const until = monotonic + ms;
    for (;;) {
      await settled();
      const next = [...waiters].toSorted((a, b) => a.at - b.at)[0];
      if (!next || next.at > until) break;
      monotonic = Math.max(monotonic, next.at);
      next.end();
    }
    monotonic = until;
    await settled();
  }

  return {
    now: () => ahead + monotonic,
    monotonic: () => monotonic,
    wait,
    pass,
    set: (ms) => void (ahead = ms - monotonic),
    sleep: (ms) => void (ahead += ms),
    stop: (ms) => void (monotonic += ms),
  };
}

/** Everything that is ready has run. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
}
