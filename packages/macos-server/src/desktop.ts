import { join } from "node:path";
import { readConfig } from "@paios/shared/config";
import { checkpoint, type Database, openDatabase } from "@paios/shared/sqlite";
import { macosConfig, type MacosConfig } from "./config.ts";
import type { Driver } from "./drivers/driver.ts";
import { probe } from "./drivers/probe.ts";
import type { Environment } from "./drivers/program.ts";
import { migrations } from "./store/schema.ts";

/** The desktop with what was made of it so far. */
export interface Desktop {
  database: Database;
  home: string;
  config: MacosConfig;
  /** What is wrong with the configuration; the defaults serve. */
  problems: string[];
  /** Found out at the first question, and kept. */
  driver: () => Promise<Driver>;
  /** Ends what the driver holds, if there is one yet. */
  leave: () => Promise<void>;
}

/** Opens `<home>/macos.sqlite`, making it if it is not there. The desktop itself is not asked yet. */
export function openDesktop(home: string, environment: Environment): Desktop {
  const { value: config, problems } = readConfig(home, "macos", macosConfig);
  const database = openDatabase({ path: join(home, "macos.sqlite"), migrations });
  let driver: Promise<Driver> | undefined;
  return { database, home, config, problems, driver: () => (driver ??= probe(environment, config.driver)), leave: async () => (await driver)?.close() };
}

export async function closeDesktop({ database, leave }: Desktop): Promise<void> {
  checkpoint(database);
  database.close();
  await leave();
}
