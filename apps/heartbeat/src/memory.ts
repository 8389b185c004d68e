import { sql } from "@paios/shared/sqlite";
import type { Heartbeat } from "./heartbeat.ts";

/** What a job keeps from one run to the next: short texts by name. */
export interface Memory {
  get: (name: string) => string | undefined;
  set: (name: string, value: string) => void;
}

export function memoryOf({ database }: Pick<Heartbeat, "database">, job: string): Memory {
  return {
    get: (name) => sql<string>(database, "SELECT value FROM memory WHERE job = ? AND name = ?").pluck().get(job, name),
    set: (name, value) => {
      database.transaction(() => sql(database, "INSERT INTO memory VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value").run(job, name, value)).immediate();
    },
  };
}
