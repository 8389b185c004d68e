import { join } from "node:path";
import { readConfig } from "@paios/shared/config";
import { type Database, openDatabase } from "@paios/shared/sqlite";
import { kbConfig, type KbConfig } from "./config.ts";
import { Embeddings } from "./embed/embeddings.ts";
import { VectorIndex } from "./embed/vectors.ts";
import { Freshness } from "./rank/freshness.ts";
import { migrations } from "./store/schema.ts";

/** An open knowledge base. */
export interface Kb {
  database: Database;
  path: string;
  config: KbConfig;
  /** What is wrong with the configuration; the defaults serve. */
  problems: string[];
  cache: Freshness;
  vectors: VectorIndex;
  embeddings: Embeddings;
}

/** Opens `<home>/kb.sqlite`, making it if it is not there. Reading it writes nothing. */
export function openKb(home: string): Kb {
  const { value: config, problems } = readConfig(home, "kb", kbConfig);
  const path = databasePath(home);
  const database = openDatabase({ path, migrations });
  return {
    database,
    path,
    config,
    problems,
    cache: new Freshness(database),
    vectors: new VectorIndex(database),
    embeddings: new Embeddings(database, config.embeddings, home),
  };
}

export function databasePath(home: string): string {
  return join(home, "kb.sqlite");
}

export async function closeKb(kb: Kb): Promise<void> {
  await kb.embeddings.close();
  kb.database.close();
}
