import type { Message } from "./post.ts";

export interface Outgoing extends Message {
  id: number;
  createdMs: number;
  /** This attempt's number, from 1. */
  attempt: number;
}

/** `again` tells whether trying later can help; `afterMs` is what the other side asked for. `reason` is in our own words. */
export type Sent = { sent: true } | { sent: false; again: boolean; reason: string; afterMs?: number };

/** A way to a person. Sends one message; an abort of the signal ends it. */
export type Channel = (message: Outgoing, signal: AbortSignal) => Promise<Sent>;
