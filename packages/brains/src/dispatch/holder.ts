import { randomUUID } from "node:crypto";
import { readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { errorCode } from "@paios/shared/errors";
import { type Database, sql } from "@paios/shared/sqlite";

const beatMs = 2_000;
/** Without a heartbeat for so long, what a process holds is free. */
const goneMs = 10_000;

/** This process, as the others see it in `router.sqlite`. */
export interface Holder {
  id: string;
  /** Keeps a heartbeat until what it returns is called. */
  hold: () => () => void;
  /**
   * Whether a process ended: its pid is dead, or its heartbeat stood still for 10 s while this process watched. Its own
   * watch counts, not the time of day: a clock that jumps, or a machine that slept, frees nothing that is in use.
   */
  isGone: (id: string) => boolean;
  /** The same for a caller that cannot watch; after a jump of the clock it may be wrong for a heartbeat's length. */
  looksGone: (id: string) => boolean;
  close: () => void;
}

interface Row {
  host: string;
  pid: number;
  beats: number;
  beat_ms: number;
}

export function createHolder(database: Database): Holder {
  const id = randomUUID();
  const host = thisHost();
  const watched = new Map<string, { beats: number; since: number }>();
  let held = 0;
  let timer: NodeJS.Timeout | undefined;

  function beat(): void {
    sql(database, `INSERT INTO holder VALUES (?, ?, ?, 1, ?) ON CONFLICT (id) DO UPDATE SET beats = beats + 1, beat_ms = excluded.beat_ms`).run(id, host, process.pid, Date.now());
  }

  function begin(): void {
    database.transaction(() => {
      beat();
      const others = sql<Row & { id: string }>(database, "SELECT * FROM holder WHERE id <> ?").all(id);
      for (const other of others) if (isDead(other, host)) sql(database, "DELETE FROM holder WHERE id = ?").run(other.id);
    }).immediate();
    timer = setInterval(tryBeat, beatMs);
    timer.unref();
  }

  function tryBeat(): void {
    try {
      beat();
    } catch {
      // A busy or full disk now is met by whoever works; the next heartbeat comes in 2 s.
    }
  }

  function hold(): () => void {
    if (held === 0) begin();
    held++;
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      if (--held === 0) clearInterval(timer);
    };
  }

  const rowOf = (other: string) => sql<Row>(database, "SELECT host, pid, beats, beat_ms FROM holder WHERE id = ?").get(other);

  function isGone(other: string): boolean {
    if (other === id) return false;
    const row = rowOf(other);
    if (!row || isDead(row, host)) return true;
    const seen = watched.get(other);
    if (seen?.beats === row.beats) return performance.now() - seen.since > goneMs;
    watched.set(other, { beats: row.beats, since: performance.now() });
    return false;
  }

  function looksGone(other: string): boolean {
    if (other === id) return false;
    const row = rowOf(other);
    return !row || isDead(row, host) || Math.abs(Date.now() - row.beat_ms) > goneMs;
  }

  function close(): void {
    clearInterval(timer);
    database.transaction(() => {
      sql(database, "DELETE FROM place WHERE holder = ?").run(id);
      sql(database, "DELETE FROM holder WHERE id = ?").run(id);
    }).immediate();
  }

  return { id, hold, isGone, looksGone, close };
}

function isDead({ host, pid }: Row, here: string): boolean {
  if (host !== here) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return errorCode(error) === "ESRCH";
  }
}

/** Containers may share a name but not their process ids. */
function thisHost(): string {
  try {
    return `${hostname()} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return hostname();
  }
}
