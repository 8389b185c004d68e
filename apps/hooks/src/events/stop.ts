import type { Handler } from "../handler.ts";
import { hand } from "../queue.ts";
import { whyIncomplete } from "../stop/reasons.ts";
import { lastTurn } from "../stop/turn.ts";

/** Sends an answer back once when it is plainly not complete. Codex may end without a word more, so what it learned is kept here too. */
export const stop: Handler = async ({ home, input, at, now }) => {
  const { client, session, transcript, stopActive } = input;
  if (client === "codex" && transcript !== "") hand(home, `session-${client}-${session}`, { kind: "session", client, session, transcript, at, now });
  if (stopActive) return { noted: { "paios.stop.active": true } };
  const found = whyIncomplete(lastTurn(input));
  if (!found) return {};
  // Loaded when there is something to say: its patterns take a while to make.
  const { neutralise } = await import("@paios/shared/external");
  const reason = `Your answer is not complete: ${neutralise(found.missing)}. Do it now, or say plainly that it is not done and why.`;
  return { output: { decision: "block", reason }, noted: { "paios.stop.reason": found.name } };
};
