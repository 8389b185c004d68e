import { type Database, sql } from "@paios/shared/sqlite";
import type { Obs } from "../obs.ts";
import type { Channel, Outgoing, Sent } from "./channel.ts";
import { desktopChannel } from "./desktop.ts";
import { gatewayChannel } from "./gateway.ts";
import { ntfyChannel } from "./ntfy.ts";
import { configuredChannels } from "./post.ts";
import { sayStillWorking } from "./waiting.ts";
import { webhookChannel } from "./webhook.ts";

export interface DeliverOptions {
  now: number;
  signal: AbortSignal;
  /** By name; those that are configured when left out. */
  channels?: Record<string, Channel>;
}

/** Longer than any channel's own time limit: what is still "sending" after it was left by a crash. */
const leaseMs = 30_000;
const firstDelayMs = 5_000;
const maxDelayMs = 15 * 60_000;
/** No delivery is ever put off further than this; a later time was written by a clock that was ahead. */
const maxAheadMs = 2 * 60 * 60_000;
const giveUpMs = 7 * 86_400_000;
const keptMs = 30 * 86_400_000;

/**
 * Delivers what is due, each thread of a channel strictly in order, the channels side by side. A delivery is claimed
 * for 30 s first, so that of two processes one sends it; what a crash left is sent again after that. Returns how many
 * were sent.
 */
export async function deliverOutbox(obs: Obs, { now, signal, channels }: DeliverOptions): Promise<number> {
  const started = performance.now();
  const clock = () => now + (performance.now() - started);
  sayStillWorking(obs, now);
  tidy(obs.database, now, channels ? undefined : configuredChannels(obs.config));
  const used = Object.entries(channels ?? configured(obs));
  const sent = await Promise.all(used.map(([name, channel]) => deliverChannel(obs.database, name, channel, clock, signal)));
  return sent.reduce((sum, each) => sum + each, 0);
}

function configured({ config, home }: Obs): Record<string, Channel> {
  const { desktop, webhook, ntfy, gateway } = config.outbox;
  return {
    ...(desktop && { desktop: desktopChannel() }),
    ...(webhook && { webhook: webhookChannel(webhook, home) }),
    ...(ntfy && { ntfy: ntfyChannel(ntfy, home) }),
    ...(gateway && { gateway: gatewayChannel(gateway, home) }),
  };
}

async function deliverChannel(database: Database, name: string, channel: Channel, clock: () => number, signal: AbortSignal): Promise<number> {
  let sent = 0;
  while (!signal.aborted) {
    const message = claim(database, name, clock());
    if (!message) return sent;
    const outcome = await send(channel, message, signal);
    settle(database, name, message, outcome, clock());
    if (outcome === "aborted") return sent;
    if (outcome.sent) sent++;
    // A channel that fails now will not do better with the next message.
    else if (outcome.again) return sent;
  }
  return sent;
}

/** The first message that is due and has no earlier one of its thread before it, marked as being sent. */
function claim(database: Database, channel: string, now: number): Outgoing | undefined {
  const find = sql<Outgoing>(
    database,
    `SELECT o.id, o.thread, o.title, o.body, o.severity, o.created_ms AS createdMs, d.attempts + 1 AS attempt
     FROM delivery d JOIN outbox o ON o.id = d.message
     WHERE d.state IN ('waiting', 'sending') AND d.channel = ? AND (d.next_ms <= ? OR d.next_ms > ?)
       AND NOT EXISTS (SELECT 1 FROM delivery e JOIN outbox p ON p.id = e.message
                       WHERE e.state IN ('waiting', 'sending') AND e.channel = d.channel AND e.message < d.message AND p.thread = o.thread)
     ORDER BY d.message LIMIT 1`,
  );
  // Looked at without the write lock first: an outbox with nothing due must not disturb who writes.
  if (!find.get(channel, now, now + maxAheadMs)) return undefined;
  return database
    .transaction(() => {
      const message = find.get(channel, now, now + maxAheadMs);
      if (message) sql(database, "UPDATE delivery SET state = 'sending', attempts = ?, next_ms = ? WHERE message = ? AND channel = ?").run(message.attempt, now + leaseMs, message.id, channel);
      return message;
    })
    .immediate();
}

async function send(channel: Channel, message: Outgoing, signal: AbortSignal): Promise<Sent | "aborted"> {
  try {
    return await channel(message, signal);
  } catch {
    return signal.aborted ? "aborted" : { sent: false, again: true, reason: "The channel failed." };
  }
}

/** Writes down what became of a claim, unless its time ran out and another process has it. */
function settle(database: Database, channel: string, { id, attempt, createdMs }: Outgoing, outcome: Sent | "aborted", now: number): void {
  const update = sql(database, "UPDATE delivery SET state = ?, next_ms = ?, error = ?, done_ms = ?, attempts = ? WHERE message = ? AND channel = ? AND state = 'sending' AND attempts = ?");
  const write = (state: "waiting" | "sent" | "failed", nextMs: number, error: string, attempts = attempt) =>
    database.transaction(() => update.run(state, nextMs, error, state === "waiting" ? null : now, attempts, id, channel, attempt)).immediate();
  if (outcome === "aborted") write("waiting", now, "", attempt - 1);
  else if (outcome.sent) write("sent", now, "");
  else if (!outcome.again) write("failed", now, outcome.reason);
  else if (now - createdMs > giveUpMs) write("failed", now, `${outcome.reason} Tried for 7 days.`);
  else write("waiting", now + Math.max(outcome.afterMs ?? 0, backOff(attempt)), outcome.reason);
}

/** 5 s, doubled at each attempt up to 15 min, and up to a fifth less, so that not all come back at once. */
function backOff(attempt: number): number {
  return Math.min(firstDelayMs * 2 ** (attempt - 1), maxDelayMs) * (1 - Math.random() / 5);
}

/** Fails what waits for a channel that is not configured any more, and forgets what was done a month ago. */
function tidy(database: Database, now: number, channels: string[] | undefined): void {
  const known = JSON.stringify(channels ?? []);
  const orphaned = channels && sql(database, "SELECT 1 FROM delivery WHERE state IN ('waiting', 'sending') AND channel NOT IN (SELECT value FROM json_each(?)) LIMIT 1").get(known);
  const old = sql<number>(
    database,
    `SELECT id FROM outbox o WHERE created_ms < ? AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.message = o.id AND d.state IN ('waiting', 'sending')) ORDER BY id LIMIT 100`,
  ).pluck().all(now - keptMs);
  if (!orphaned && old.length === 0) return;
  database
    .transaction(() => {
      if (orphaned) sql(database, "UPDATE delivery SET state = 'failed', done_ms = ?, error = 'This channel is not configured any more.' WHERE state IN ('waiting', 'sending') AND channel NOT IN (SELECT value FROM json_each(?))").run(now, known);
      for (const id of old) sql(database, "DELETE FROM outbox WHERE id = ?").run(id);
    })
    .immediate();
}
