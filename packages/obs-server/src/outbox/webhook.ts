import type { ObsConfig } from "../config.ts";
import type { Channel } from "./channel.ts";
import { profileKey } from "./profile-key.ts";
import { idempotencyKey, sendHttp, withCredential } from "./send-http.ts";

type Webhook = NonNullable<ObsConfig["outbox"]["webhook"]>;

/** POSTs each message as JSON. The Idempotency-Key is the same at each attempt, so that the other side can drop a second one. */
export function webhookChannel({ url, profile }: Webhook, home: string, timeoutMs = 10_000): Channel {
  return (message, signal) =>
    withCredential(async () => {
      const { id, thread, title, body, severity } = message;
      const headers = { "idempotency-key": idempotencyKey(message), ...(profile && { authorization: `Bearer ${profileKey(home, profile)}` }) };
      return sendHttp({ who: "The webhook", url, headers, body: { id, thread, title, body, severity }, signal, timeoutMs });
    });
}
