import type { Handler } from "../handler.ts";
import { hand } from "../queue.ts";

/** Before a session's words are compacted, and when it ends, the background reads its transcript and keeps what it learned. */
export const sessionEnd: Handler = ({ home, input, at, now }) => {
  const { client, session, transcript } = input;
  if (transcript === "") return {};
  hand(home, `session-${client}-${session}`, { kind: "session", client, session, transcript, at, now });
  return { noted: { "paios.memory.kept": "session" } };
};
