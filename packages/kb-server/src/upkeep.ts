import { checkpoint } from "@paios/shared/sqlite";
import type { Kb } from "./kb.ts";
import { purge } from "./store/forget.ts";

const idleMs = 5_000;
const purgeEveryMs = 60 * 60 * 1_000;
const dayMs = 86_400_000;

const timers = new WeakMap<Kb, NodeJS.Timeout>();
const purged = new WeakMap<Kb, number>();

/** After a write: vectors for what is new at once, and when nothing was written for 5 s, purge and checkpoint. */
export function afterWrite(kb: Kb): void {
  kb.embeddings.start();
  clearTimeout(timers.get(kb));
  timers.set(kb, setTimeout(() => tidy(kb), idleMs).unref());
}

export function tidy(kb: Kb): void {
  if (!kb.database.open) return;
  const now = Date.now();
  try {
    if (now - (purged.get(kb) ?? 0) > purgeEveryMs) {
      purge(kb.database, now - kb.config.purgeAfterDays * dayMs, now);
      purged.set(kb, now);
    }
    checkpoint(kb.database);
  } catch {
    // A busy or full database is tidied another time; the next real write reports what is wrong.
  }
}
