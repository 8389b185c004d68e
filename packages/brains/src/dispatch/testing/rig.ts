import { join } from "node:path";
import { openDatabase } from "@paios/shared/sqlite";
import { createTracer, type TraceEvent } from "@paios/shared/trace";
import type { Brain, BrainEvent, BrainName, BrainRequest, BrainResult } from "../../brain.ts";
import { BrainFailure, type FailureKind } from "../../failure.ts";
import type { Opening } from "../breaker.ts";
import type { Clock } from "../clock.ts";
import { dispatchMigrations } from "../schema.ts";
import { closeSwitchboard, openSwitchboard, type Switchboard, type SwitchboardOptions } from "../switchboard.ts";

/** A clock that stands until somebody waits; `random` 0.5 is no jitter. */
export interface FakeClock extends Clock {
  time: number;
  waits: number[];
}

export function fakeClock(time = Date.parse("2026-03-02T10:00:00")): FakeClock {
  let elapsed = 0;
  const clock: FakeClock = {
    time,
    waits: [],
    now: () => clock.time,
    elapsed: () => elapsed,
    random: () => 0.5,
    wait: async (ms, signal) => {
      clock.waits.push(ms);
      elapsed += ms;
      clock.time += ms;
      await new Promise((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
    },
  };
  return clock;
}

export interface Rig extends Disposable {
  board: Switchboard;
  clock: FakeClock;
  openings: Opening[];
  events: TraceEvent[];
}

/** A switchboard over a database in `folder`, with a clock that need not be waited for. */
export function rig(folder: string, options: Partial<SwitchboardOptions> = {}): Rig {
  const database = openDatabase({ path: join(folder, "router.sqlite"), migrations: dispatchMigrations });
  const clock = fakeClock();
  const openings: Opening[] = [];
  const events: TraceEvent[] = [];
  const tracer = createTracer("test", { write: (event) => void events.push(event), flush: () => {} });
  const board = openSwitchboard({ database, tracer, clock, onOpen: (opening) => void openings.push(opening), ...options });
  return {
    board,
    clock,
    openings,
    events,
    [Symbol.dispose]: () => {
      closeSwitchboard(board);
      database.close();
    },
  };
}

export interface Said extends Brain {
  /** What it was asked so far. */
  asked: BrainRequest[];
}

/** A brain that does what `run` does, and can do everything unless `facts` says otherwise. */
export function brainOf(name: BrainName, run: (request: BrainRequest, asked: number) => Promise<BrainResult>, facts: Partial<Brain> = {}): Said {
  const asked: BrainRequest[] = [];
  return {
    name,
    provider: `provider of ${name}`,
    credential: () => "key",
    pool: (model) => model ?? "default",
    abilities: { attachments: [""], folder: true },
    available: async () => ({ ok: true }),
    run: (request) => run(request, asked.push(request)),
    asked,
    ...facts,
  };
}

export const answers = async (): Promise<BrainResult> => answerOf("done");

export function answerOf(text: string, costMicros?: number): BrainResult {
  return { text, model: "model-1", way: "http", usage: { inputTokens: 10, outputTokens: 5, cachedTokens: 2, costMicros } };
}

export function fails(kind: FailureKind, facts: BrainFailure["facts"] = {}): () => Promise<BrainResult> {
  return () => Promise.reject(new BrainFailure(kind, `It failed: ${kind}.`, facts));
}

/** The outcomes of `list` in turn, the last one for ever. */
export function inTurn(...list: readonly ((request: BrainRequest) => Promise<BrainResult>)[]): Brain["run"] {
  let at = 0;
  return (request) => {
    const outcome = list[Math.min(at++, list.length - 1)];
    return outcome ? outcome(request) : Promise.reject(new Error("Nothing to answer"));
  };
}

export function requestOf(facts: Partial<BrainRequest> = {}): BrainRequest & { heard: BrainEvent[] } {
  const heard: BrainEvent[] = [];
  return { task: "Say hello", attachments: [], signal: new AbortController().signal, onEvent: (event) => void heard.push(event), depth: 0, ...facts, heard };
}
