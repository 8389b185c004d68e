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
 * nothing in it is followed. As a presentation and not as `message`, in which `MEDIA:` lines and `[[…]]` are acted on,
 * and which the Gateway, when the chat cannot be reached, keeps and sends itself besides our next attempt.
 */
export function gatewayChannel({ url, profile, channel, target }: Gateway, home: string, timeoutMs = 15_000): Channel {
  return (message, signal) =>
    withCredential(async () => {
      const headers: Record<string, string> = profile ? { authorization: `Bearer ${profileKey(home, profile)}` } : {};
      const text = message.body ? `${message.title}\n\n${message.body}` : message.title;
      const body = { tool: "message", idempotencyKey: idempotencyKey(message), args: { action: "send", target, presentation: { blocks: [{ type: "text", text: literal(text) }] }, ...(channel !== undefined && { channel }) } };
      return sendHttp({ who: "The Gateway", url: new URL("/tools/invoke", url).href, headers, body, signal, timeoutMs, meaning, accepted: saysOk });
    });
}

/** What the Gateway reads in a text. A link is taken whole: escaped in part it would lead elsewhere. */
const marks = /https?:\/\/[^\s|<]+|(?:<|\|\|)[<|]*|^[ \t]+|^(?:[-+=#]|\d+[.)])|[\\`*_~[\]>|&]/gm;

/** The Markdown that shows this text. Tags and spoilers are read even when escaped, but not as code. */
function literal(text: string): string {
  return text.replace(marks, (mark) => (/^<|^\|\|/.test(mark) ? `\`${mark}\`` : mark.replace(/[ \t!-/:-@[-`{-~]/g, escaped)));
}

/** `\n` is a line end to the Gateway and an indent is code to Markdown: nothing may be left of either. */
function escaped(character: string): string {
  return " \t\\".includes(character) ? `&#${character.charCodeAt(0)};` : `\\${character}`;
}

function saysOk(text: string): boolean {
  try {
    const answer: unknown = JSON.parse(text);
    return typeof answer === "object" && answer !== null && "ok" in answer && answer.ok === true;
  } catch {
    return false;
  }
}
