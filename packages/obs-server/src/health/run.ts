import { errorCode, UserError } from "@paios/shared/errors";
import type { Obs } from "../obs.ts";
import type { Check, CheckContext, Environment, Outcome } from "./check.ts";
import { builtInChecks } from "./checks.ts";
import { type CheckResult, forgetOthers, readResults, storeResult } from "./results.ts";

export interface RunChecksOptions {
  now?: number;
  /** Names of checks to make now, due or not, and no others. */
  only?: readonly string[];
  checks?: readonly Check[];
  /** Where the CLIs keep their sessions is read from it; without it that is not looked at. */
  environment?: Environment;
  signal?: AbortSignal;
}

const atOnce = 4;

/**
 * Makes the checks that are due, four at a time, each under its own time limit, and stores what they find. A check that
 * throws or takes too long has failed. Two processes may do this at the same time.
 */
export async function runChecks(obs: Obs, options: RunChecksOptions = {}): Promise<void> {
  const { now = Date.now(), environment, signal } = options;
  const checks = options.checks ?? builtInChecks(obs);
  if (!options.checks) forgetOthers(obs.database, checks.map(({ name }) => name));
  const last = new Map(readResults(obs.database).map((result) => [result.name, result]));
  const due = checks.filter((check) => (options.only ? options.only.includes(check.name) : isDue(check, last.get(check.name), now)) && (environment || check.name !== "session-stores"));
  const queue = due[Symbol.iterator]();
  const worker = async () => {
    for (const check of queue) {
      if (signal?.aborted) return;
      await runOne(check, { obs, now, environment, last: last.get(check.name)?.status }, signal);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

function isDue({ everyMs }: Check, last: CheckResult | undefined, now: number): boolean {
  // A timer that fires a little early must not make it wait for the next.
  return !last || now - last.checked_ms >= everyMs * 0.9 || last.checked_ms > now;
}

async function runOne(check: Check, context: CheckContext, signal: AbortSignal | undefined): Promise<void> {
  const started = performance.now();
  const outcome = await limited(check, context, signal);
  // Who ended us ended the probe: that says nothing about what it asked.
  if (signal?.aborted) return;
  storeResult(context.obs.database, check, outcome, context.now, performance.now() - started);
}

async function limited(check: Check, context: CheckContext, signal: AbortSignal | undefined): Promise<Outcome> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), check.timeoutMs);
  const either = signal ? AbortSignal.any([signal, limit.signal]) : limit.signal;
  try {
    return await Promise.race([aborted(either), (async () => check.probe(context, either))()]);
  } catch (error) {
    if (limit.signal.aborted) return { status: "fail", detail: `Timed out: no answer within ${check.timeoutMs / 1_000} s.` };
    if (error instanceof UserError) return { status: "fail", detail: error.message };
    return { status: "fail", detail: `It could not be checked (${errorCode(error) || "unexpected answer"}).` };
  } finally {
    clearTimeout(timer);
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const abort = () => reject(new Error("aborted"));
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
  });
}
