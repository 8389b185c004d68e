import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Database, openDatabase } from "@paios/shared/sqlite";
import { Freshness } from "../rank/freshness.ts";
import { migrations } from "../store/schema.ts";

/** The knowledge base as a hook has it. */
export interface Memory {
  database: Database;
  cache: Freshness;
}

/**
 * Opens `<home>/kb.sqlite` for a process that must not wait: undefined when it is not there, or of another schema, whose
 * migration is no hook's work. Throws as `openDatabase` does for one that is locked for `busyMs` or damaged.
 */
export function openMemory(home: string, busyMs: number): Memory | undefined {
  const path = join(home, "kb.sqlite");
  if (!existsSync(path)) return undefined;
  const database = openDatabase({ path, busyMs });
  if (database.pragma("user_version", { simple: true }) === migrations.length) return { database, cache: new Freshness(database) };
  database.close();
  return undefined;
}

export function closeMemory({ database }: Memory): void {
  database.close();
}
