import { join } from "node:path";
import { readConfig } from "@paios/shared/config";
import { checkpoint, type Database, openDatabase } from "@paios/shared/sqlite";
import { obsConfig, type ObsConfig } from "./config.ts";
import { drain } from "./store/drain.ts";
import { migrations } from "./store/schema.ts";
import { fillText } from "./store/text.ts";

/** An open observability store. */
export interface Obs {
  database: Database;
  path: string;
  home: string;
  config: ObsConfig;
  /** What is wrong with the configuration; the defaults serve. */
  problems: string[];
}

/** Opens `<home>/observability.sqlite`, making it if it is not there. */
export function openObs(home: string): Obs {
  const { value: config, problems } = readConfig(home, "obs", obsConfig);
  const path = join(home, "observability.sqlite");
  return { database: openDatabase({ path, migrations }), path, home, config, problems };
}

/** How long a question waits for what has not been taken in yet; emit-server, where it runs, leaves little. */
const freshenMs = 250;

/** Takes in what waits, so that an answer holds what was acknowledged before the question. */
export function freshen(obs: Obs, { text = false } = {}): void {
  drain(obs, freshenMs);
  if (text) fillText(obs, freshenMs);
}

export function closeObs({ database }: Obs): void {
  checkpoint(database);
  database.close();
}
