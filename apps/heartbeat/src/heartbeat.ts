import { join } from "node:path";
import { readConfig } from "@paios/shared/config";
import { checkpoint, type Database, openDatabase } from "@paios/shared/sqlite";
import { heartbeatConfig, type HeartbeatConfig } from "./config.ts";
import { type Owner, thisOwner } from "./owner.ts";
import { migrations } from "./store/schema.ts";

/** An open ledger. */
export interface Heartbeat {
  database: Database;
  path: string;
  home: string;
  config: HeartbeatConfig;
  /** What is wrong with the configuration; the defaults serve. */
  problems: string[];
  /** This process, as the ledger names it. */
  owner: Owner;
}

/** Opens `<home>/heartbeat.sqlite`, making it if it is not there. */
export function openHeartbeat(home: string): Heartbeat {
  const { value: config, problems } = readConfig(home, "heartbeat", heartbeatConfig);
  const path = join(home, "heartbeat.sqlite");
  return { database: openDatabase({ path, migrations }), path, home, config, problems, owner: thisOwner() };
}

export function closeHeartbeat({ database }: Pick<Heartbeat, "database">): void {
  checkpoint(database);
  database.close();
}
