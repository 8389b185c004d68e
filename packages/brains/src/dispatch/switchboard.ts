import type { Database } from "@paios/shared/sqlite";
import type { Tracer } from "@paios/shared/trace";
import type { BrainName } from "../brain.ts";
import type { Opening } from "./breaker.ts";
import type { Cap } from "./cap.ts";
import { type Clock, systemClock } from "./clock.ts";
import { createHolder, type Holder } from "./holder.ts";

export interface SwitchboardOptions {
  /** `router.sqlite`, with `dispatchMigrations` applied. */
  database: Database;
  tracer: Tracer;
  /** How many runs of a brain at once, over all processes. */
  limits?: Partial<Record<BrainName, number>>;
  cap?: Cap;
  /** Called by the one process whose row opened a breaker, once each time. What it throws is ignored. */
  onOpen?: (opening: Opening) => void;
  clock?: Clock;
}

/** What the dispatches of a process share, with each other and by the database with those of other processes. */
export interface Switchboard {
  database: Database;
  tracer: Tracer;
  limits: Record<BrainName, number>;
  cap: Cap;
  onOpen: (opening: Opening) => void;
  clock: Clock;
  holder: Holder;
}

const defaultLimits: Record<BrainName, number> = { claude: 3, codex: 3, gemini: 3, gateway: 3, local: 1 };

export function openSwitchboard(options: SwitchboardOptions): Switchboard {
  const { database, tracer, limits = {}, cap = {}, onOpen = () => {}, clock = systemClock } = options;
  return { database, tracer, limits: { ...defaultLimits, ...limits }, cap, onOpen, clock, holder: createHolder(database) };
}

/** Gives back what this process still holds. The database stays open. */
export function closeSwitchboard({ holder }: Switchboard): void {
  holder.close();
}

/** Work that only short writes may be in. */
export function writing<T>({ database }: Pick<Switchboard, "database">, work: () => T): T {
  return database.transaction(work).immediate();
}
