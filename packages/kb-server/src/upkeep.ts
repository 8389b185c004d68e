import { checkpoint, sql } from "@paios/shared/sqlite";
import type { Kb } from "./kb.ts";
import { purge } from "./store/forget.ts";

const idleMs = 5_000;
const purgeMs = 200;
const purgeEveryMs = 60 * 60 * 1_000;
const dayMs = 86_400_000;
const weekendMs = 3 * dayMs;

const timers = new WeakMap<Kb, NodeJS.Timeout>();
const purged = new WeakMap<Kb, number>();

/** After a write: vectors for what is new at once, and when nothing was written for 5 s, purge and checkpoint. */
export function afterWrite(kb: Kb): void {
  kb.embeddings.start();
  clearTimeout(timers.get(kb));
  timers.set(kb, setTimeout(() => tidy(kb) || afterWrite(kb), idleMs).unref());
}

/** Purges for at most 200 ms, since calls wait meanwhile; false when there is more to do. Waits for nobody's lock. */
export function tidy(kb: Kb, now = Date.now()): boolean {
  if (!kb.database.open) return true;
  try {
    kb.database.pragma("busy_timeout = 0");
    const until = performance.now() + purgeMs;
    if (Math.abs(now - (purged.get(kb) ?? 0)) > purgeEveryMs) {
      const keptMs = kb.config.purgeAfterDays * dayMs;
      purge(kb.database, isTrusted(kb, now, keptMs) ? now - keptMs : -Infinity, now, until);
      if (performance.now() > until) return false;
      purged.set(kb, now);
    }
    checkpoint(kb.database);
  } catch {
    // A busy or full database is tidied another time; the next real write reports what is wrong.
  } finally {
    kb.database.pragma("busy_timeout = 5000");
  }
  return true;
}

/**
 * A clock that jumps ahead must not purge what is forgotten since yesterday: after a leap of over half the time that
 * things are kept, and after a step back, it is believed only when a day has passed without another.
 */
function isTrusted({ database }: Kb, now: number, keptMs: number): boolean {
  if (keptMs === 0) return true;
  return database
    .transaction(() => {
      const last = sql<{ seen: number; trustedFrom: number }>(database, "SELECT CAST(holder AS INTEGER) AS seen, until_ms AS trustedFrom FROM lease WHERE name = 'purge'").get();
      const steady = last !== undefined && now >= last.seen && now - last.seen <= Math.max(keptMs / 2, weekendMs);
      const trustedFrom = steady ? last.trustedFrom : now + dayMs;
      sql(database, "INSERT OR REPLACE INTO lease VALUES ('purge', ?, ?)").run(String(now), trustedFrom);
      return trustedFrom <= now;
    })
    .immediate();
}
