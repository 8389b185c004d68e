import { neutralise } from "@paios/shared/external";
import type { Job } from "./job.ts";
import { say } from "./say.ts";

const timeoutMs = 30_000;

/** What an added job may do: say its text to the person. It runs nothing and reads nothing. */
export function reminder(name: string, owner: string, message: string): Job {
  return {
    name,
    about: "A message that was asked for.",
    tier: "frequent",
    schedule: "",
    catchUp: "once",
    timeoutMs,
    retries: 5,
    run: async (context) => {
      await say(context, [{ thread: `heartbeat:${context.key}`, title: `Reminder from ${neutralise(owner)}`, body: neutralise(message) }]);
      return "Put in the outbox.";
    },
  };
}
