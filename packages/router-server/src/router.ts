import { join } from "node:path";
import { readConfig } from "@paios/shared/config";
import { checkpoint, type Database, openDatabase } from "@paios/shared/sqlite";
import type { Host } from "@paios/shared/tool";
import { type Desk, openDesk } from "./ask/desk.ts";
import type { Delta, Weights } from "./classify/model.ts";
import { shippedWeights } from "./classify/shipped.ts";
import { routerConfig, type RouterConfig } from "./config.ts";
import { migrations } from "./store/schema.ts";
import { activeDelta } from "./store/weights.ts";

/** An open router. */
export interface Router {
  database: Database;
  path: string;
  home: string;
  config: RouterConfig;
  problems: string[];
  weights: Weights;
  /** What feedback changed: that of the active version, looked up again when another process changes it. */
  active: () => { version: string; delta: Delta | undefined };
  /** The brains, made at the first question. */
  desk: () => Desk;
  /** After a change of our own to the versions. */
  reload: () => void;
  /** Gives back what the desk holds. */
  close: () => void;
}

/** Opens `<home>/router.sqlite`, making it if it is not there. */
export function openRouter(home: string, host: Host): Router {
  const { value: config, problems } = readConfig(home, "router", routerConfig);
  const path = join(home, "router.sqlite");
  const database = openDatabase({ path, migrations });
  const weights = shippedWeights();
  let seen = -1;
  let current: ReturnType<Router["active"]> = { version: weights.version, delta: undefined };
  const active = () => {
    const version = Number(database.pragma("data_version", { simple: true }));
    if (version !== seen || seen < 0) current = activeDelta(database, weights.version);
    seen = version;
    return current;
  };
  let opened: Desk | undefined;
  const router: Router = { database, path, home, config, problems, weights, active, desk: () => (opened ??= openDesk({ database, home }, host)), close: () => opened?.close(), reload: () => void (seen = -1) };
  return router;
}

export function closeRouter({ database, close }: Router): void {
  close();
  checkpoint(database);
  database.close();
}
