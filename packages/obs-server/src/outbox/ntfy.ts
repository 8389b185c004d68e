import type { ObsConfig } from "../config.ts";
import type { Channel, Outgoing } from "./channel.ts";
import { profileKey } from "./profile-key.ts";
import { sendHttp, withCredential } from "./send-http.ts";

type Ntfy = NonNullable<ObsConfig["outbox"]["ntfy"]>;

/** What is longer ntfy turns into a file to download. */
const messageBytes = 4_000;
const priorities: Record<Outgoing["severity"], number> = { info: 3, warning: 4, critical: 5 };
const meaning = {
  401: "ntfy wants a token, or another one. Put it in the profile that obs.outbox.ntfy names.",
  403: "The ntfy token may not write to this topic. Give it access, or change obs.outbox.ntfy.topic.",
};

/** A push message to a phone through an ntfy server. ntfy knows no key for repeats: one that is lost on the way back comes twice. */
export function ntfyChannel({ url, topic, profile }: Ntfy, home: string, timeoutMs = 10_000): Channel {
  return ({ title, body, severity }, signal) =>
    withCredential(async () => {
      const headers: Record<string, string> = profile ? { authorization: `Bearer ${profileKey(home, profile)}` } : {};
      const message = { topic, title, message: cutToBytes(body || title), priority: priorities[severity], tags: [severity === "info" ? "information_source" : "warning"] };
      return sendHttp({ who: "ntfy", url, headers, body: message, signal, timeoutMs, meaning });
    });
}

function cutToBytes(text: string): string {
  if (Buffer.byteLength(text) <= messageBytes) return text;
  return `${new TextDecoder().decode(Buffer.from(text).subarray(0, messageBytes - 4)).replace(/\uFFFD$/, "")} …`;
}
