import { type Brain, brainNames, closeSwitchboard, enginesConfig, makeBrains, openSwitchboard, type Switchboard } from "@paios/brains";
import { readConfig } from "@paios/shared/config";
import { type InProcessServer, inProcessServer } from "@paios/shared/in-process";
import type { Host } from "@paios/shared/tool";
import type { Router } from "../router.ts";
import { askConfig, type AskConfig } from "./config.ts";

/** What is needed to have work done: the brains, and what their runs share with other processes. */
export interface Desk {
  brains: Brain[];
  board: Switchboard;
  config: AskConfig;
  /** How many brains asked each other before this process. */
  depth: number;
  close: () => void;
}

const deepest = 1_000;

/** Reaches no brain. */
export function openDesk({ database, home }: Pick<Router, "database" | "home">, { environment, tracer }: Host): Desk {
  const { value: config } = readConfig(home, "brains", askConfig);
  const { value: engines } = readConfig(home, "brains", enginesConfig);
  const board = openSwitchboard({
    database,
    tracer,
    limits: config.limits,
    cap: { dayMicros: micros(config.cap.dayDollars), taskMicros: micros(config.cap.taskDollars) },
    // obs makes the alert of it: one a state change, naming provider and model.
    onOpen: ({ brain, provider, model, pool, kind, until }) =>
      tracer.span({ category: "brain", action: "breaker opened", attributes: { "paios.brain": brain, "gen_ai.provider.name": provider, "gen_ai.request.model": model ?? pool, "paios.brain.pool": pool, "error.type": kind, ...(until !== undefined && { "paios.brain.until": until }) } }, () => {}),
  });
  const brains = makeBrains(engines, environment, home, ownCapabilities).toSorted((a, b) => rank(config, a) - rank(config, b));
  return { brains, board, config, depth: depthOf(environment["PAIOS_DEPTH"]), close: () => closeSwitchboard(board) };
}

/** A session in this process gets the knowledge base without a child, where it is installed beside us. */
async function ownCapabilities(parent: string | undefined): Promise<Record<string, InProcessServer>> {
  const kb = await import("@paios/kb-server").catch(() => undefined);
  return kb ? { kb: inProcessServer(kb.front, kb.server, parent) } : {};
}

/** Those that the order leaves out come last. */
function rank({ order }: AskConfig, { name }: Brain): number {
  const at = order.indexOf(name);
  return at < 0 ? order.length + brainNames.indexOf(name) : at;
}

function depthOf(text: string | undefined): number {
  const depth = Number(text ?? 0);
  return Number.isInteger(depth) && depth >= 0 && depth <= deepest ? depth : 0;
}

function micros(dollars: number | undefined): number | undefined {
  return dollars === undefined ? undefined : Math.round(dollars * 1_000_000);
}
