import { setTimeout as wait } from "node:timers/promises";
import pRetry, { AbortError } from "p-retry";
import { errorCode } from "./errors.ts";

/** Whether doing the same again can help. */
export type FailureClass = "transient" | "permanent";

/** An HTTP answer that was not a success. `retryAfterMs` is what the other side asked for. */
export class HttpError extends Error {
  readonly status: number;
  readonly retryAfterMs: number | undefined;
  constructor(status: number, retryAfterMs?: number) {
    super(`HTTP ${status}`);
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}

const transientCodes = new Set([
  "ECONNRESET", "ECONNREFUSED", "ETIMEDOUT", "EPIPE", "EAI_AGAIN", "ENETUNREACH", "EHOSTUNREACH",
  "UND_ERR_SOCKET", "UND_ERR_CONNECT_TIMEOUT", "UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT",
]);

/** Network faults, time-outs, 408, 425, 429 and 5xx are transient; everything else stays as it is. */
export function classify(error: unknown): FailureClass {
  if (error instanceof HttpError) return [408, 425, 429].includes(error.status) || error.status >= 500 ? "transient" : "permanent";
  if (error instanceof Error && error.name === "TimeoutError") return "transient";
  if (transientCodes.has(errorCode(error))) return "transient";
  return error instanceof Error && error.cause !== undefined ? classify(error.cause) : "permanent";
}

export interface RetryOptions {
  /** Attempts after the first. */
  retries?: number;
  firstDelayMs?: number;
  maxDelayMs?: number;
  signal?: AbortSignal;
  classify?: (error: unknown) => FailureClass;
}

/**
 * Runs `work` again after transient failures, with exponential back-off and jitter, and not before the other side asked
 * for. Permanent ones are thrown at once.
 */
export function retry<T>(work: (attempt: number) => Promise<T>, options: RetryOptions = {}): Promise<T> {
  const { retries = 3, firstDelayMs = 200, maxDelayMs = 5_000, signal, classify: judge = classify } = options;
  return pRetry(
    async (attempt) => {
      try {
        return await work(attempt);
      } catch (error) {
        if (judge(error) === "permanent") throw new AbortError(error instanceof Error ? error : String(error));
        if (error instanceof HttpError && error.retryAfterMs && attempt <= retries) await wait(Math.min(error.retryAfterMs, maxDelayMs), undefined, signal && { signal });
        throw error;
      }
    },
    { retries, minTimeout: firstDelayMs, maxTimeout: maxDelayMs, randomize: true, ...(signal && { signal }), shouldRetry: () => true },
  );
}
