import { UserError } from "@paios/shared/errors";
import { classify, HttpError } from "@paios/shared/retry";
import type { Outgoing, Sent } from "./channel.ts";

export interface HttpPost {
  /** Who it goes to, as a sentence begins: "The webhook". */
  who: string;
  url: string;
  headers?: Record<string, string>;
  body: object;
  signal: AbortSignal;
  timeoutMs: number;
  /** What a status means there, for a person, where the number alone does not say it. */
  meaning?: Record<number, string>;
  /** Whether the text of a 2xx says that it was sent; each does when left out. */
  accepted?: (text: string) => boolean;
}

const maxRetryAfterMs = 60 * 60_000;
const answerChars = 65_536;

/** POSTs JSON once. What went wrong is said in our own words: nothing of the answer is passed on. */
export async function sendHttp({ who, url, headers = {}, body, signal, timeoutMs, meaning = {}, accepted }: HttpPost): Promise<Sent> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  try {
    const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body), signal: limit, redirect: "manual" });
    if (response.ok && accepted) {
      const text = (await response.text()).slice(0, answerChars);
      return accepted(text) ? { sent: true } : { sent: false, again: true, reason: `${who} did not confirm it.` };
    }
    await response.body?.cancel();
    if (response.ok) return { sent: true };
    const again = classify(new HttpError(response.status)) === "transient";
    const afterMs = again ? retryAfter(response.headers.get("retry-after")) : undefined;
    const reason = meaning[response.status] ?? `${who} answered HTTP ${response.status}.`;
    return { sent: false, again, reason, ...(afterMs !== undefined && { afterMs }) };
  } catch (error) {
    if (signal.aborted) throw error;
    return { sent: false, again: true, reason: limit.aborted ? `${who} did not answer within ${timeoutMs / 1_000} s.` : `${who} could not be reached.` };
  }
}

/** The same at each attempt at a message, so that the other side can drop a second one. */
export function idempotencyKey({ id, createdMs }: Outgoing): string {
  return `paios-${id}-${Math.round(createdMs)}`;
}

/** What a message needs first, such as a key: when that is missing it waits, and says why. */
export async function withCredential(send: () => Promise<Sent>): Promise<Sent> {
  try {
    return await send();
  } catch (error) {
    if (error instanceof UserError) return { sent: false, again: true, reason: error.message };
    throw error;
  }
}

/** Seconds or a date, as ms from now. */
function retryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1_000 : Date.parse(header) - Date.now();
  return ms > 0 ? Math.min(ms, maxRetryAfterMs) : undefined;
}
