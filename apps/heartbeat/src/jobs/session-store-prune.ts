import { basename } from "node:path";
import { UserError } from "@paios/shared/errors";
import { defineJob, type JobContext } from "../job.ts";
import { enforceCleanup, findOpenClaw, type OwnCleanup, previewCleanup } from "../prune/openclaw-database.ts";
import type { PruneRule } from "../prune/plan.ts";
import { pruneStore } from "../prune/prune.ts";
import { type SessionStore, sessionStores } from "../prune/stores.ts";
import { say } from "../say.ts";

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
    said.push(...(await openClawDatabase(context)));
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
  await tell(context, store.name, `remove ${would}`);
  memory.set(`dry run ${store.name}`, JSON.stringify(rule));
  return `${size}; dry run: ${would} would go, from the next run on.`;
}

/** OpenClaw's database, which only OpenClaw changes, by its own rules. */
async function openClawDatabase(context: JobContext): Promise<string[]> {
  const { home, environment, config, signal, memory } = context;
  const openclaw = findOpenClaw(environment);
  if (!openclaw) return [];
  const told = "dry run openclawDatabase";
  const wanted = config.sessionStores.openclawDatabase;
  const counts = ({ sessions, archived, removed }: OwnCleanup) => `${archived} of ${sessions} sessions archived, ${removed} removed`;
  if (wanted && memory.get(told) === "yes") return [`openclaw's database: ${counts(await enforceCleanup(openclaw, home, signal))}.`];
  const would = counts(await previewCleanup(openclaw, signal));
  memory.set(told, wanted ? "yes" : "");
  if (!wanted) return [`openclaw's database: by its own rules it would have ${would}; heartbeat.sessionStores.openclawDatabase is off.`];
  await tell(context, "openclawDatabase", `have ${would}, by OpenClaw's own rules`);
  return [`openclaw's database: dry run, it would have ${would}, from the next run on.`];
}

async function tell(context: JobContext, store: string, would: string): Promise<void> {
  const { home, key } = context;
  const body = `The rule heartbeat.sessionStores.${store} in paios.json would ${would}. From its next run on it does, with a backup in ${home}/backups. Take the rule out to stop it.`;
  await say(context, [{ thread: `heartbeat:${key}:${store}`, title: `Old sessions of ${store.replace("Database", "")} will be removed`, body }]);
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / megabyte)} MB`;
}
