import { rmSync } from "node:fs";
import { setImmediate as nextTurn } from "node:timers/promises";
import { archiveFiles, isUnchanged } from "./archive.ts";
import { indexesOf, tidyIndex } from "./index-file.ts";
import { planPrune, type PrunePlan, type PruneRule } from "./plan.ts";
import type { SessionStore } from "./stores.ts";

export interface Pruned {
  plan: PrunePlan;
  /** Undefined for a dry run, and when there was nothing to remove. */
  archive?: string;
  removed: number;
  /** Sessions taken out of an index. */
  entries: number;
}

export interface PruneOptions {
  home: string;
  now: number;
  signal: AbortSignal;
  dryRun: boolean;
}

const turnEvery = 50;

/** Removes what the rule names, after all of it is in an archive. What changed since it was packed stays. */
export async function pruneStore(store: SessionStore, rule: PruneRule, { home, now, signal, dryRun }: PruneOptions): Promise<Pruned> {
  const plan = await planPrune(store, rule, now, signal);
  if (dryRun || plan.files.length === 0) return { plan, removed: 0, entries: 0 };
  const paths = plan.files.map(({ path }) => path);
  const indexes = store.index ? indexesOf(paths, store.index) : [];
  const archive = await archiveFiles(home, `sessions-${store.name}`, [...paths, ...indexes], signal, now);
  const removed = new Set<string>();
  for (const [at, file] of plan.files.entries()) {
    if (at % turnEvery === 0) await nextTurn();
    // What is in the archive can come back; an abort leaves the rest for the next time.
    if (signal.aborted) break;
    if (!isUnchanged(file.path, file)) continue;
    rmSync(file.path, { force: true });
    removed.add(file.path);
  }
  const entries = indexes.map((index) => tidyIndex(index, removed)).reduce<number>((sum, count) => sum + (count === "busy" ? 0 : count), 0);
  return { plan, archive, removed: removed.size, entries };
}
