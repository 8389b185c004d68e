import { UserError } from "../errors.ts";

export interface ProbeResult {
  ok: boolean;
  /** What failed, in our own words: one or more sentences. */
  problem?: string;
}

/** Throws a UserError when the probe says no, throws, or is not done in time: then its signal is aborted and nobody waits for it. */
export async function passProbe(probe: (signal: AbortSignal) => Promise<ProbeResult>, timeoutMs: number): Promise<void> {
  const controller = new AbortController();
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(new UserError("timed_out", `The check of the change took longer than ${timeoutMs / 1_000} s and was given up.`));
    controller.abort();
  }, timeoutMs);
  try {
    const { ok, problem = "The check of the change failed." } = await Promise.race([probe(controller.signal), late.promise]);
    if (!ok) throw new UserError("config", problem);
  } catch (error) {
    throw error instanceof UserError ? error : new UserError("config", "The check of the change failed unexpectedly.", { cause: error });
  } finally {
    clearTimeout(timer);
  }
}
