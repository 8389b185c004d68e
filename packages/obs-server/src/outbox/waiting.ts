import { sql } from "@paios/shared/sqlite";
import type { Obs } from "../obs.ts";
import { post } from "./post.ts";

/** Work that a person waits for. */
export interface WaitedWork {
  thread: string;
  title: string;
}

/** Never two minutes of silence, with room for the time between two looks and for the delivery itself. */
const silentMs = 100_000;
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** Whoever did not say that it ended was killed; nobody waits that long. */
const forgottenMs = 12 * hourMs;

interface Row extends WaitedWork {
  started: number;
}

/** A person waits from now on: says at once that the work has begun. */
export function startWaiting(obs: Obs, { thread, title }: WaitedWork, now: number): void {
  obs.database
    .transaction(() => {
      sql(obs.database, "INSERT OR REPLACE INTO waited_work(thread, title, started_ms, said_ms) VALUES (?, ?, ?, ?)").run(thread, title, now, now);
      post(obs, { thread, title: `Working on ${title}`, body: "It has begun; you will hear how it goes.", severity: "info" }, now);
    })
    .immediate();
}

/** Says how far it is. Throws nothing when nobody waits (any more): then nothing is said. */
export function progressed(obs: Obs, { thread, body }: { thread: string; body: string }, now: number): void {
  obs.database
    .transaction(() => {
      const title = sql<string>(obs.database, "UPDATE waited_work SET said_ms = ? WHERE thread = ? RETURNING title").pluck().get(now, thread);
      if (title !== undefined) post(obs, { thread, title: `Working on ${title}`, body, severity: "info" }, now);
    })
    .immediate();
}

/** The work has ended: says how, once, if a person waits. */
export function finishWaiting(obs: Obs, { thread, body, failed = false }: { thread: string; body: string; failed?: boolean }, now: number): void {
  obs.database
    .transaction(() => {
      const title = sql<string>(obs.database, "DELETE FROM waited_work WHERE thread = ? RETURNING title").pluck().get(thread);
      if (title !== undefined) post(obs, { thread, title: `${failed ? "Failed" : "Done"}: ${title}`, body, severity: failed ? "warning" : "info" }, now);
    })
    .immediate();
}

/** One message for each work that nothing was said about for too long. A clock that went back counts as too long. */
export function sayStillWorking(obs: Obs, now: number): void {
  const due = "FROM waited_work WHERE said_ms <= ? OR said_ms > ?";
  if (!sql(obs.database, `SELECT 1 ${due}`).get(now - silentMs, now)) return;
  obs.database
    .transaction(() => {
      for (const { thread, title, started } of sql<Row>(obs.database, `SELECT thread, title, started_ms AS started ${due}`).all(now - silentMs, now)) {
        if (now - started > forgottenMs) forget(obs, { thread, title }, now);
        else {
          if (!hasUnsent(obs, thread)) post(obs, { thread, title: `Still working on ${title}`, body: `${minutes(now - started)} so far.`, severity: "info" }, now);
          sql(obs.database, "UPDATE waited_work SET said_ms = ? WHERE thread = ?").run(now, thread);
        }
      }
    })
    .immediate();
}

/** While nothing gets through, messages that say the same would only pile up. */
function hasUnsent({ database }: Obs, thread: string): boolean {
  const newest = "SELECT state FROM delivery WHERE message = (SELECT max(id) FROM outbox WHERE thread = ?)";
  const states = sql<string>(database, newest).pluck().all(thread);
  return states.some((state) => state === "waiting") && !states.includes("sent");
}

function forget(obs: Obs, { thread, title }: WaitedWork, now: number): void {
  sql(obs.database, "DELETE FROM waited_work WHERE thread = ?").run(thread);
  post(obs, { thread, title: `No end was heard of ${title}`, body: `It was begun over ${forgottenMs / hourMs} hours ago and was probably ended. Nothing more will be said about it.`, severity: "warning" }, now);
}

function minutes(ms: number): string {
  const count = Math.max(1, Math.floor(ms / minuteMs));
  return count === 1 ? "1 minute" : `${count} minutes`;
}
