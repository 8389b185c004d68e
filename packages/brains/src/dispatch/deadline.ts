import { UserError } from "@paios/shared/errors";
import type { Clock } from "./clock.ts";

/** A caller's abort and time limit in one signal. */
export interface Deadline {
  signal: AbortSignal;
  leftMs: () => number;
  /** Lets go of the caller's signal and of the timer. */
  end: () => void;
}

export function deadline(outer: AbortSignal, timeoutMs: number | undefined, clock: Clock): Deadline {
  const controller = new AbortController();
  const began = clock.elapsed();
  const abort = () => controller.abort(outer.reason);
  outer.addEventListener("abort", abort, { once: true });
  if (outer.aborted) abort();
  const timer = timeoutMs === undefined ? undefined : setTimeout(() => controller.abort(new UserError("timed_out", `The task took longer than ${timeoutMs / 1_000} s and was ended. Give it more time, or a smaller task.`)), timeoutMs);
  return {
    signal: controller.signal,
    leftMs: () => (timeoutMs === undefined ? Infinity : timeoutMs - (clock.elapsed() - began)),
    end: () => {
      clearTimeout(timer);
      outer.removeEventListener("abort", abort);
    },
  };
}
