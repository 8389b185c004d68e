import { UserError } from "@paios/shared/errors";
import { classify, HttpError } from "@paios/shared/retry";
import type { ObsConfig } from "../config.ts";
import type { Channel, Outgoing } from "./channel.ts";
import { profileKey } from "./profile-key.ts";

type Webhook = NonNullable<ObsConfig["outbox"]["webhook"]>;

const maxRetryAfterMs = 60 * 60_000;

/** POSTs each message as JSON. The Idempotency-Key is the same at each attempt, so that the other side can drop a second one. */
export function webhookChannel({ url, profile }: Webhook, home: string, timeoutMs = 10_000): Channel {
  return async (message, signal) => {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json", "idempotency-key": idempotencyKey(message), ...(profile && { authorization: `Bearer ${profileKey(home, profile)}` }) },
        body: JSON.stringify({ id: message.id, thread: message.thread, title: message.title, body: message.body, severity: message.severity }),
        signal: limit,
        redirect: "manual",
      });
      await response.body?.cancel();
      if (response.ok) return { sent: true };
      const again = classify(new HttpError(response.status)) === "transient";
      const afterMs = again ? retryAfter(response.headers.get("retry-after")) : undefined;
      return { sent: false, again, reason: `The webhook answered HTTP ${response.status}.`, ...(afterMs !== undefined && { afterMs }) };
    } catch (error) {
      if (signal.aborted) throw error;
      if (error instanceof UserError) return { sent: false, again: true, reason: error.message };
      return { sent: false, again: true, reason: limit.aborted ? `The webhook did not answer within ${timeoutMs / 1_000} s.` : "The webhook could not be reached." };
    }
  };
}

function idempotencyKey({ id, createdMs }: Outgoing): string {
  return `paios-${id}-${Math.round(createdMs)}`;
}

/** Seconds or a date, as ms from now. */
function retryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1_000 : Date.parse(header) - Date.now();
  return ms > 0 ? Math.min(ms, maxRetryAfterMs) : undefined;
}
