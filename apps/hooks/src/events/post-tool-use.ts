import type { Handler } from "../handler.ts";
import { hand } from "../queue.ts";

/** Hands what is worth keeping to the background. Touches no database. */
export const postToolUse: Handler = ({ home, input, kept, at, now }) => {
  if (!kept) return {};
  const { client, session } = input;
  hand(home, `finding-${shortHash(`${kept.location}\n${at.folder}`)}`, { kind: "finding", client, session, kept, at, now });
  return { noted: { "paios.memory.kept": kept.type } };
};

/** The same result twice is one file. FNV-1a over two halves: loading node:crypto would be a third of this hook. */
function shortHash(text: string): string {
  let [a, b] = [0x811c_9dc5, 0x811c_9dc5 ^ text.length];
  for (let at = 0; at < text.length; at++) {
    a = Math.imul(a ^ text.charCodeAt(at), 0x0100_0193);
    b = Math.imul(b ^ text.charCodeAt(text.length - 1 - at), 0x0100_0193);
  }
  return [a, b].map((half) => (half >>> 0).toString(16).padStart(8, "0")).join("");
}
