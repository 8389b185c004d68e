import { sql } from "@paios/shared/sqlite";
import type { BrainName } from "../brain.ts";
import { type Switchboard, writing } from "./switchboard.ts";

/** Somebody waits for a place. */
export interface Wait {
  brain: BrainName;
  /** How many wait before this one. */
  ahead: number;
  limit: number;
}

/** The right to one run of a brain. */
export interface Place {
  ticket: number;
  waitedMs: number;
  release: () => void;
}

export interface PlaceOptions {
  signal?: AbortSignal;
  /** At the beginning of a wait and whenever `ahead` changes. Must not throw. */
  onWait?: ((wait: Wait) => void) | undefined;
  /** The ticket of an earlier place of the same task: it keeps its turn. */
  ticket?: number | undefined;
  /** Gives up after so long. */
  waitMs?: number;
}

const pollMs = 100;

/**
 * Waits for one of the brain's places, first come first served over all processes; undefined when `waitMs` is over.
 * Rejects with the signal's reason. Who waits is in the table `place`.
 */
export async function takePlace(board: Switchboard, brain: BrainName, options: PlaceOptions = {}): Promise<Place | undefined> {
  const { signal, onWait, waitMs = Infinity } = options;
  signal?.throwIfAborted();
  const { clock, holder } = board;
  const limit = board.limits[brain];
  const letGo = holder.hold();
  const began = clock.elapsed();
  let ticket: number | undefined;
  let said = -1;
  const leave = () => {
    try {
      if (ticket !== undefined) writing(board, () => sql(board.database, "DELETE FROM place WHERE ticket = ? AND holder = ?").run(ticket, holder.id));
    } finally {
      letGo();
    }
  };
  try {
    ticket = writing(board, () => enter(board, brain, options.ticket));
    for (;;) {
      const ahead = take(board, brain, ticket, limit);
      if (ahead === undefined) break;
      if (clock.elapsed() - began > waitMs) {
        leave();
        return undefined;
      }
      if (ahead !== said) onWait?.({ brain, ahead: (said = ahead), limit });
      await clock.wait(pollMs, signal);
    }
  } catch (error) {
    leave();
    throw error;
  }
  return { ticket, waitedMs: clock.elapsed() - began, release: leave };
}

/** Who runs and who waits now, without what ended processes left. */
export function countPlaces(board: Switchboard, brain: BrainName): { running: number; waiting: number } {
  const alive = places(board, brain).filter(({ holder }) => !board.holder.looksGone(holder));
  const running = alive.filter(({ state }) => state === "running").length;
  return { running, waiting: alive.length - running };
}

interface Row {
  ticket: number;
  holder: string;
  state: "waiting" | "running";
}

function enter({ database, holder, clock }: Switchboard, brain: BrainName, ticket: number | undefined): number {
  const insert = sql(database, "INSERT INTO place (ticket, brain, holder, state, asked_ms) VALUES (?, ?, ?, 'waiting', ?)");
  return Number(insert.run(ticket ?? null, brain, holder.id, clock.now()).lastInsertRowid);
}

/** Takes the place if it is this ticket's turn, else says how many wait before it. */
function take(board: Switchboard, brain: BrainName, ticket: number, limit: number): number | undefined {
  const seen = places(board, brain);
  if (aheadOf(seen, ticket) >= limit && !seen.some(({ holder }) => board.holder.isGone(holder))) return waitingBefore(seen, ticket);
  return writing(board, () => {
    for (const { ticket, holder } of places(board, brain)) if (board.holder.isGone(holder)) sql(board.database, "DELETE FROM place WHERE ticket = ?").run(ticket);
    const found = places(board, brain);
    if (aheadOf(found, ticket) >= limit) return waitingBefore(found, ticket);
    const taken = sql(board.database, "UPDATE place SET state = 'running' WHERE ticket = ?").run(ticket);
    // Others took this process for gone, after a long standstill: it keeps its ticket and waits again.
    if (taken.changes === 0) enter(board, brain, ticket);
    return taken.changes === 0 ? 0 : undefined;
  });
}

function places({ database }: Switchboard, brain: BrainName): Row[] {
  return sql<Row>(database, "SELECT ticket, holder, state FROM place WHERE brain = ? ORDER BY ticket").all(brain);
}

function aheadOf(rows: readonly Row[], mine: number): number {
  return rows.filter(({ ticket, state }) => ticket !== mine && (state === "running" || ticket < mine)).length;
}

function waitingBefore(rows: readonly Row[], mine: number): number {
  return rows.filter(({ ticket, state }) => state === "waiting" && ticket < mine).length;
}
