import type { ObsConfig } from "../config.ts";
import type { Channel } from "./channel.ts";
import { profileKey } from "./profile-key.ts";
import { idempotencyKey, sendHttp, withCredential } from "./send-http.ts";

type Gateway = NonNullable<ObsConfig["outbox"]["gateway"]>;

const meaning = {
  401: "The Gateway does not take this token. Put its own in the profile that obs.outbox.gateway names.",
  404: "The Gateway does not let its message tool be used here. Allow it: `openclaw config set tools.alsoAllow '[\"message\"]' --strict-json`.",
};

/**
 * One of the Gateway's chat channels, through its message tool and past every model: the text arrives as it is, and
 * nothing in it is followed. The key is the same at each attempt.
 */
export function gatewayChannel({ url, profile, channel, target }: Gateway, home: string, timeoutMs = 15_000): Channel {
  return (message, signal) =>
    withCredential(async () => {
      const headers: Record<string, string> = profile ? { authorization: `Bearer ${profileKey(home, profile)}` } : {};
      const text = message.body ? `${message.title}\n\n${message.body}` : message.title;
      const body = { tool: "message", idempotencyKey: idempotencyKey(message), args: { action: "send", target, message: text, ...(channel !== undefined && { channel }) } };
      return sendHttp({ who: "The Gateway", url: new URL("/tools/invoke", url).href, headers, body, signal, timeoutMs, meaning, accepted: saysOk });
    });
}

function saysOk(text: string): boolean {
  try {
    const answer: unknown = JSON.parse(text);
    return typeof answer === "object" && answer !== null && "ok" in answer && answer.ok === true;
  } catch {
    return false;
  }
}
