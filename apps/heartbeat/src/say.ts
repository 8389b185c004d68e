import type { JobContext } from "./job.ts";

interface Message {
  /** One message a thread, however often it is said: a run that was cut says it again. */
  thread: string;
  title: string;
  body: string;
  severity?: "info" | "warning";
}

/** Puts messages to the person into the outbox. */
export async function say({ home, now }: Pick<JobContext, "home" | "now">, messages: readonly Message[]): Promise<void> {
  const { closeObs, openObs, post } = await import("@paios/obs-server");
  const obs = openObs(home);
  try {
    for (const message of messages) post(obs, { severity: "info", ...message, once: true }, now());
  } finally {
    closeObs(obs);
  }
}
