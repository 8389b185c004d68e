import { existsSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { UserError } from "@paios/shared/errors";
import { checkpoint, type Database, openDatabase } from "@paios/shared/sqlite";
import { defineJob } from "../job.ts";

const dayMs = 86_400_000;
const owned = ["observability", "kb", "router", "analytics", "macos", "heartbeat"].map((name) => `${name}.sqlite`);

export default defineJob({
  name: "database-maintenance",
  about: "Folds write-ahead logs, refreshes the planner's figures and checks a table of each database, another one each day.",
  tier: "daily",
  schedule: "30 3 * * *",
  catchUp: "once",
  timeoutMs: 30 * 60_000,
  retries: 1,
  run: async ({ home, slot, signal, span }) => {
    const problems: string[] = [];
    let done = 0;
    for (const path of owned.map((file) => join(home, file)).filter((file) => existsSync(file))) {
      signal.throwIfAborted();
      try {
        const database = openDatabase({ path });
        try {
          tend(database, Math.floor(slot / dayMs));
          done++;
        } finally {
          database.close();
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
