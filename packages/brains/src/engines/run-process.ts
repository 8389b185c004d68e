import { setTimeout as wait } from "node:timers/promises";
import { type BrainProcess, type ProcessOptions, startProcess } from "./processes.ts";

/** How long one that has said everything may take to end by itself. */
const tidyMs = 1_500;

/**
 * Starts a program for the length of `work`. Rejects with the signal's reason as soon as it is aborted, and with
 * BrainFailure when the program cannot be started; in every case nothing of it is left when the promise settles.
 */
export async function runProcess<T>(options: ProcessOptions, signal: AbortSignal, work: (started: BrainProcess) => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const started = startProcess(options);
  const working = work(started);
  working.catch(() => {});
  const ending = new AbortController();
  try {
    const result = await Promise.race([working, rejected(signal, ending.signal), failedStart(started)]);
    started.child.stdin.end();
    await Promise.race([started.closed, wait(tidyMs, undefined, { ref: false }), rejected(signal, ending.signal)]);
    return result;
  } finally {
    ending.abort();
    await started.stop();
  }
}

function rejected(signal: AbortSignal, until: AbortSignal): Promise<never> {
  const promise = new Promise<never>((_, reject) => {
    const abort = () => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    until.addEventListener("abort", () => signal.removeEventListener("abort", abort), { once: true });
  });
  promise.catch(() => {});
  return promise;
}

function failedStart({ closed }: BrainProcess): Promise<never> {
  return new Promise((_, reject) => {
    closed.catch(reject);
  });
}
