import { sql } from "@paios/shared/sqlite";
import type { Obs } from "../obs.ts";

export interface Message {
  /** Messages of one thread are delivered in the order they were posted. */
  thread: string;
  title: string;
  body: string;
  severity: "info" | "warning" | "critical";
}

/** `once`: its thread has one message only, however often it is posted. */
export type Posted = Message & { once?: boolean };

const titleChars = 200;
const bodyChars = 4_000;

/** Puts a message into the outbox, for each channel that is configured. When this returns it is stored. Returns its number. */
export function post({ database, config }: Obs, { thread, title, body, severity, once = false }: Posted, now: number): number {
  return database
    .transaction(() => {
      const there = once ? sql<number>(database, "SELECT id FROM outbox WHERE thread = ?").pluck().get(thread) : undefined;
      if (there !== undefined) return there;
      const id = Number(
        sql(database, "INSERT INTO outbox(thread, title, body, severity, created_ms) VALUES (?, ?, ?, ?, ?)").run(thread, cut(title, titleChars), cut(body, bodyChars), severity, now).lastInsertRowid,
      );
      for (const channel of configuredChannels(config)) {
        sql(database, "INSERT INTO delivery(message, channel, state, attempts, next_ms, error) VALUES (?, ?, 'waiting', 0, ?, '')").run(id, channel, now);
      }
      return id;
    })
    .immediate();
}

export function configuredChannels({ outbox }: Obs["config"]): string[] {
  return [...(outbox.desktop ? ["desktop"] : []), ...(["webhook", "ntfy", "gateway"] as const).filter((name) => outbox[name])];
}

/** How many deliveries are still to be made. */
export function outboxWaiting({ database }: Pick<Obs, "database">): number {
  return sql<number>(database, "SELECT count(*) FROM delivery WHERE state IN ('waiting', 'sending')").pluck().get() ?? 0;
}

function cut(text: string, chars: number): string {
  return text.length > chars ? `${text.slice(0, chars - 2)} …` : text;
}
