import type { Handler } from "../handler.ts";
import { hand } from "../queue.ts";

/** Without one of these words, in English or German, no answer says what could be missing. */
const claims = /next|now|then|let me|run|n[äa]chst|jetzt|nun\b|created|wr[io]t|generated|saved|added|angelegt|erstellt|geschrieben|erzeugt|gespeichert|done|implemented|complete|finished|works|ready|fertig|umgesetzt|erledigt|abgeschlossen|funktioniert|test/i;

/** Sends an answer back once when it is plainly not complete. Codex may end without a word more, so what it learned is kept here too. */
export const stop: Handler = async ({ home, input, at, now }) => {
  const { client, session, transcript, stopActive, lastMessage } = input;
  if (client === "codex" && transcript !== "") hand(home, `session-${client}-${session}`, { kind: "session", client, session, transcript, at, now });
  if (stopActive) return { noted: { "paios.stop.active": true } };
  if (lastMessage !== "" && !claims.test(lastMessage)) return {};
  // What reads transcripts and weighs words is loaded for answers that claim something, and for what is said to them.
  const { incomplete } = await import("../incomplete.ts");
  const found = incomplete(input);
  if (!found) return {};
  const { neutralise } = await import("@paios/shared/external");
  const reason = `Your answer is not complete: ${neutralise(found.missing)}. Do it now, or say plainly that it is not done and why.`;
  return { output: { decision: "block", reason }, noted: { "paios.stop.reason": found.name } };
};
