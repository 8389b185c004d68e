import { sql } from "@paios/shared/sqlite";
import type { Brain, BrainName } from "../brain.ts";
import { type BreakerView, readBreaker } from "./breaker.ts";
import type { BlockKind } from "./breaker-rules.ts";
import { spentToday } from "./cap.ts";
import { credentialOf, reachability } from "./candidate.ts";
import { countPlaces } from "./lease.ts";
import type { Switchboard } from "./switchboard.ts";

interface BreakerState {
  pool: string;
  state: BreakerView["state"];
  kind?: BlockKind;
  /** Epoch ms; missing where it is closed, or open until the credential changes. */
  until?: number;
}

export interface BrainState {
  brain: BrainName;
  provider: string;
  reachable: boolean;
  /** Why not. */
  reason?: string;
  /** Of the default model. */
  breaker: BreakerState;
  /** Of other models, where not closed. */
  otherBreakers: BreakerState[];
  limit: number;
  inFlight: number;
  waiting: number;
  /** In our own words. */
  lastError?: { message: string; time: number };
  spentTodayMicros: number;
}

/** How each brain does; asks no model and writes nothing. */
export function brainStates(board: Switchboard, brains: readonly Brain[]): Promise<BrainState[]> {
  return Promise.all(brains.map((brain) => stateOf(board, brain)));
}

async function stateOf(board: Switchboard, brain: Brain): Promise<BrainState> {
  const { credential, problem } = credentialOf(brain);
  const reachable = problem === undefined ? await reachability(brain) : { ok: false as const, reason: problem };
  const own = brain.pool(undefined);
  const pools = breakersOf(board, brain, credential);
  const views = new Map([own, ...pools].map((pool) => [pool, readBreaker(board, { provider: brain.provider, credential, pool })]));
  const states = [...views].map(([pool, view]) => breakerState(pool, view));
  const { running, waiting } = countPlaces(board, brain.name);
  const [last] = [...views.values()].filter(({ errorMs }) => errorMs !== undefined).sort((a, b) => (b.errorMs ?? 0) - (a.errorMs ?? 0));
  return {
    brain: brain.name,
    provider: brain.provider,
    reachable: reachable.ok,
    ...(!reachable.ok && { reason: reachable.reason }),
    breaker: states[0] ?? { pool: own, state: "closed" },
    otherBreakers: states.slice(1).filter(({ state }) => state !== "closed"),
    limit: board.limits[brain.name],
    inFlight: running,
    waiting,
    ...(last?.errorMs !== undefined && { lastError: { message: last.error, time: last.errorMs } }),
    spentTodayMicros: spentToday(board, brain.name),
  };
}

function breakersOf({ database }: Switchboard, { provider }: Brain, credential: string): string[] {
  return sql<{ pool: string }>(database, "SELECT pool FROM breaker WHERE provider = ? AND credential = ? ORDER BY pool").all(provider, credential).map(({ pool }) => pool);
}

function breakerState(pool: string, { state, kind, untilMs }: BreakerView): BreakerState {
  return { pool, state, ...(kind !== "" && { kind }), ...(untilMs !== null && state !== "closed" && { until: untilMs }) };
}
