import { existsSync, readdirSync, statSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { join } from "node:path";
import { type Database, sql } from "@paios/shared/sqlite";
import type { Check } from "./check.ts";
import { summarised } from "./check.ts";
import { databaseNames } from "./databases.ts";

const megabyte = 1024 * 1024;
const dayMs = 86_400_000;
const spoolMs = 60_000;

/** Room on the disk that holds the home. */
export const diskCheck: Check = {
  name: "disk",
  kind: "resource",
  everyMs: 60_000,
  timeoutMs: 5_000,
  probe: async ({ obs }) => {
    const { bavail, bsize } = await statfs(obs.home);
    const free = Math.floor((bavail * bsize) / megabyte);
    const limit = obs.config.alerts.diskFreeMegabytes;
    if (free < limit) return { status: "fail", detail: `Only ${free} MB are free on the disk that holds the home (limit ${limit} MB). Free some space.` };
    return { status: free < limit * 2 ? "warn" : "ok", detail: `${free} MB are free on the disk that holds the home.` };
  },
};

/** How much each database grew since the day began. */
export const databaseGrowthCheck: Check = {
  name: "database-growth",
  kind: "resource",
  everyMs: 300_000,
  timeoutMs: 5_000,
  probe: ({ obs, now }) => {
    const limit = obs.config.alerts.databaseGrowthMegabytesPerDay;
    const grown = databaseNames.map((name) => ({ name, megabytes: grownPerDay(obs.database, join(obs.home, `${name}.sqlite`), name, now) / megabyte }));
    const parts = grown
      .filter(({ megabytes }) => megabytes > limit)
      .map(({ name, megabytes }) => ({ name, status: "warn" as const, detail: `${name}.sqlite grew by ${Math.round(megabytes)} MB in a day (limit ${limit} MB).` }));
    return summarised(parts, `No database grew by more than ${limit} MB in a day.`);
  },
};

/** Bytes a day since the size was remembered, which is done anew each day. */
function grownPerDay(database: Database, path: string, name: string, now: number): number {
  const bytes = statSync(path, { throwIfNoEntry: false })?.size;
  if (bytes === undefined) return 0;
  const today = Math.floor(now / dayMs);
  return database
    .transaction(() => {
      const then = progress(database, `size:${name}.sqlite`);
      const day = progress(database, `size-day:${name}.sqlite`);
      if (day !== today) {
        remember(database, `size:${name}.sqlite`, bytes);
        remember(database, `size-day:${name}.sqlite`, today);
      }
      if (then === undefined || day === undefined || day > today) return 0;
      return (bytes - then) / Math.max(1, today - day);
    })
    .immediate();
}

/** What could not be written to the store must not wait long for it. */
export const spoolCheck: Check = {
  name: "spool",
  kind: "resource",
  everyMs: 15_000,
  timeoutMs: 5_000,
  probe: ({ obs, now }) => {
    const folder = join(obs.home, "spool");
    const bytes = existsSync(folder) ? readdirSync(folder).reduce((sum, name) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0), 0) : 0;
    const since = sinceWhen(obs.database, "spool-since", bytes > 0, now);
    if (since === undefined) return { status: "ok", detail: "Nothing waits in the spool." };
    if (now - since <= spoolMs) return { status: "ok", detail: "Some events wait in the spool." };
    return { status: "warn", detail: `Events wait in the spool for ${Math.round((now - since) / 1_000)} s (${Math.ceil(bytes / 1024)} KB): the store could not be written, or nothing moves them there. Is emit-server running?` };
  },
};

/** Since when something holds, in epoch ms; undefined while it does not. */
function sinceWhen(database: Database, name: string, holds: boolean, now: number): number | undefined {
  const since = progress(database, name);
  if (holds && since !== undefined && since <= now) return since;
  if (!holds && since === undefined) return undefined;
  return database
    .transaction(() => {
      if (holds) remember(database, name, Math.round(now));
      else sql(database, "DELETE FROM progress WHERE name = ?").run(name);
      return holds ? now : undefined;
    })
    .immediate();
}

function progress(database: Database, name: string): number | undefined {
  return sql<number>(database, "SELECT value FROM progress WHERE name = ?").pluck().get(name);
}

function remember(database: Database, name: string, value: number): void {
  sql(database, "INSERT INTO progress VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value").run(name, value);
}
