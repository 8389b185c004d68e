import { join } from "node:path";
import { checkpoint, type Database, openDatabase } from "@paios/shared/sqlite";
import { openRefresher, type Refresher } from "./index/refresh.ts";
import { type Costs, createCosts } from "./price/cost.ts";
import { openPrices, type Prices } from "./price/table.ts";
import { type Settings, unset } from "./settings.ts";
import { migrations } from "./store/schema.ts";

type Environment = Record<string, string | undefined>;

/** An open analytics store. */
export interface Analytics {
  database: Database;
  path: string;
  home: string;
  config: Settings;
  /** What is wrong with the configuration; the defaults serve. */
  problems: string[];
  environment: Environment;
  refresher: Refresher;
  /** The price lists as they are now: a refreshed one counts from the next question on. */
  prices: () => Prices;
  costs: () => Costs;
}

/** Opens `<home>/analytics.sqlite`, making it if it is not there. `environment` says where the clients keep their files. */
export function openAnalytics(home: string, environment: Environment, config: Settings = unset): Analytics {
  const path = join(home, "analytics.sqlite");
  const database = openDatabase({ path, migrations, cacheKib: 2_048 });
  const prices = () => openPrices({ home, overrides: config.prices });
  return { database, path, home, config, problems: config.problems, environment, refresher: openRefresher(database, environment, config.timezone ?? (environment["TZ"] || undefined)), prices, costs: () => createCosts(prices().lookup) };
}

export async function closeAnalytics({ database, refresher }: Analytics): Promise<void> {
  await refresher.stop();
  checkpoint(database);
  database.close();
}
