import { existsSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { UserError } from "@paios/shared/errors";
import { checkpoint, type Database } from "@paios/shared/sqlite";
import { defineJob } from "../job.ts";

interface Owned {
  file: string;
  /** Opens it as its owner does: its schema, its settings. */
  open: (home: string, environment: Record<string, string | undefined>) => Promise<{ database: Database; close: () => unknown }>;
}

const dayMs = 86_400_000;

const owned: Owned[] = [
  {
    file: "observability.sqlite",
    open: async (home) => {
      const { closeObs, openObs } = await import("@paios/obs-server");
      const obs = openObs(home);
      return { database: obs.database, close: () => closeObs(obs) };
    },
  },
  {
    file: "kb.sqlite",
    open: async (home) => {
      const { closeKb, openKb } = await import("@paios/kb-server");
      const kb = openKb(home);
      return { database: kb.database, close: () => closeKb(kb) };
    },
  },
  {
    file: "analytics.sqlite",
    open: async (home, environment) => {
      const { closeAnalytics, openAnalytics } = await import("@paios/analytics-server");
      const analytics = openAnalytics(home, environment);
      return { database: analytics.database, close: () => closeAnalytics(analytics) };
    },
  },
  {
    file: "heartbeat.sqlite",
    open: async (home) => {
      const { closeHeartbeat, openHeartbeat } = await import("../heartbeat.ts");
      const heartbeat = openHeartbeat(home);
      return { database: heartbeat.database, close: () => closeHeartbeat(heartbeat) };
    },
  },
];

export default defineJob({
  name: "database-maintenance",
  about: "Folds write-ahead logs, refreshes the planner's figures and checks a table of each database, another one each day.",
  tier: "daily",
  schedule: "30 3 * * *",
  catchUp: "once",
  timeoutMs: 30 * 60_000,
  retries: 1,
  run: async ({ home, environment, slot, signal, span }) => {
    const problems: string[] = [];
    let done = 0;
    for (const { open } of owned.filter((each) => existsSync(join(home, each.file)))) {
      signal.throwIfAborted();
      try {
        const { database, close } = await open(home, environment);
        try {
          tend(database, Math.floor(slot / dayMs));
          done++;
        } finally {
          await close();
        }
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        problems.push(error.message);
      }
      await nextTurn();
    }
    span.set({ "paios.job.databases": done });
    if (problems.length > 0) throw new UserError("storage", problems.join(" "));
    return `${done} databases tended.`;
  },
});

function tend(database: Database, day: number): void {
  const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0 AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name").pluck().all() as string[];
  const table = tables[day % Math.max(1, tables.length)];
  if (table !== undefined && database.pragma(`quick_check('${table.replaceAll("'", "''")}')`, { simple: true }) !== "ok") {
    throw new UserError("storage", `${database.name} is damaged (table ${table}). Nothing was changed. Next: \`ai doctor\` says how its newest backup is brought back.`);
  }
  database.pragma("analysis_limit = 400");
  database.pragma("optimize");
  checkpoint(database);
}
