import { basename } from "node:path";
import { UserError } from "@paios/shared/errors";
import { defineJob, type JobContext } from "../job.ts";
import type { PruneRule } from "../prune/plan.ts";
import { pruneStore } from "../prune/prune.ts";
import { type SessionStore, sessionStores } from "../prune/stores.ts";

const megabyte = 1_048_576;
/** What is only reported on is measured by this. */
const usualRule: PruneRule = { olderThanDays: 90, keepDays: 7 };

export default defineJob({
  name: "session-store-prune",
  about: "Reports what the clients' old sessions take, and removes them by the rules in paios.json, with a backup.",
  tier: "weekly",
  schedule: "0 4 * * 0",
  catchUp: "once",
  timeoutMs: 60 * 60_000,
  retries: 1,
  run: async (context) => {
    const said: string[] = [];
    for (const store of sessionStores(context.environment)) said.push(await one(store, context));
    context.signal.throwIfAborted();
    return said.join(" ");
  },
});

/** The first time under a rule it is a dry run, which is told; from then on it counts. */
async function one(store: SessionStore, context: JobContext): Promise<string> {
  const { home, config, signal, memory, now } = context;
  const rule = config.sessionStores[store.name];
  if (rule && rule.olderThanDays === undefined && rule.maxMegabytes === undefined) throw new UserError("config", `heartbeat.sessionStores.${store.name} in paios.json needs olderThanDays or maxMegabytes.`);
  const dryRun = !rule || memory.get(`dry run ${store.name}`) !== JSON.stringify(rule);
  const { plan, removed, archive, entries } = await pruneStore(store, rule ?? usualRule, { home, now: now(), signal, dryRun });
  const size = `${store.name}: ${plan.total.files} files, ${megabytes(plan.total.bytes)}`;
  const would = `${plan.files.length} files (${megabytes(plan.bytes)})`;
  if (!rule) return `${size}; ${would} are older than ${usualRule.olderThanDays} days, no rule removes them.`;
  if (!dryRun) return archive === undefined ? `${size}; nothing to remove.` : `${size}; removed ${removed} files and ${entries} entries, kept in ${basename(archive)}.`;
  await tell(context, store.name, would);
  memory.set(`dry run ${store.name}`, JSON.stringify(rule));
  return `${size}; dry run: ${would} would go, from the next run on.`;
}

async function tell({ home, key, now }: JobContext, store: string, would: string): Promise<void> {
  const { closeObs, openObs, post } = await import("@paios/obs-server");
  const obs = openObs(home);
  try {
    const body = `The rule heartbeat.sessionStores.${store} in paios.json would remove ${would}. From its next run on it does, with a backup in ${home}/backups. Take the rule out to stop it.`;
    post(obs, { thread: `heartbeat:${key}:${store}`, title: `Old sessions of ${store} will be removed`, body, severity: "info", once: true }, now());
  } finally {
    closeObs(obs);
  }
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / megabyte)} MB`;
}
