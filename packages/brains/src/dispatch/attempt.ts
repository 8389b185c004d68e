import { UserError } from "@paios/shared/errors";
import type { Span } from "@paios/shared/trace";
import type { Brain, BrainEvent, BrainRequest, BrainResult } from "../brain.ts";
import { BrainFailure } from "../failure.ts";
import { admit, type Blocked, type BreakerKey, recordAnswer, recordFailure, releaseProbe } from "./breaker.ts";
import { reserve } from "./cap.ts";
import { reachability } from "./candidate.ts";
import { takePlace, type Wait } from "./lease.ts";
import type { Switchboard } from "./switchboard.ts";
import { titleOf } from "./words.ts";

export type Outcome =
  | { state: "answered"; result: BrainResult }
  /** `began`: it said something before it failed. */
  | { state: "failed"; failure: BrainFailure; began: boolean }
  | { state: "blocked"; blocked: Blocked }
  | { state: "unreachable"; reason: string }
  /** Every place stayed taken. */
  | { state: "busy" };

export interface AttemptOptions {
  key: BreakerKey;
  /** For the spending cap of a task. */
  task: string;
  onWait?: ((wait: Wait) => void) | undefined;
  /** The turn that an earlier attempt had. */
  ticket: number | undefined;
  onTicket: (ticket: number) => void;
}

/** A brain that another one asked waits no longer for a place: the asker may hold the last one. */
const nestedWaitMs = 30_000;
/** A brain ends within 5 s of an abort; nobody waits longer for one that does not. */
const graceMs = 6_000;

/** One run of a brain: reachable, a place, the breaker, the cap, a span. Rejects with what ends the whole task. */
export async function attempt(board: Switchboard, brain: Brain, request: BrainRequest, options: AttemptOptions): Promise<Outcome> {
  const reachable = await reachability(brain);
  if (!reachable.ok) return { state: "unreachable", reason: reachable.reason };
  const { signal, depth } = request;
  const place = await takePlace(board, brain.name, { signal, onWait: options.onWait, ticket: options.ticket, ...(depth > 0 && { waitMs: nestedWaitMs }) });
  if (!place) return { state: "busy" };
  options.onTicket(place.ticket);
  try {
    const admission = admit(board, options.key);
    if (admission.open) return { state: "blocked", blocked: admission };
    const attributes = {
      "gen_ai.operation.name": "invoke_agent",
      "gen_ai.provider.name": brain.provider,
      "gen_ai.agent.name": brain.name,
      "gen_ai.request.model": request.model,
      "paios.brain.pool": options.key.pool,
      "paios.brain.probe": admission.probe !== "",
      "paios.waited_ms": Math.round(place.waitedMs),
    };
    return await board.tracer.span({ category: "brain", action: `invoke_agent ${brain.name}`, attributes }, (span) => run(board, brain, request, { ...options, probe: admission.probe, span }));
  } finally {
    quietly(place.release);
  }
}

async function run(board: Switchboard, brain: Brain, request: BrainRequest, { key, task, probe, span }: AttemptOptions & { probe: string; span: Span }): Promise<Outcome> {
  const end = new AbortController();
  const abort = () => end.abort(request.signal.reason);
  let began = false;
  let over = false;
  try {
    const reservation = reserve(board, { task, brain: brain.name });
    const onEvent = (event: BrainEvent) => {
      began ||= event.kind !== "progress";
      const refusal = event.kind === "usage" && !over ? reservation.note(event.usage.costMicros) : undefined;
      if (refusal) end.abort(refusal);
      request.onEvent(event);
    };
    let cost: number | undefined;
    request.signal.addEventListener("abort", abort, { once: true });
    if (request.signal.aborted) abort();
    try {
      const result = await settledSoon((async () => brain.run({ ...request, signal: end.signal, onEvent }))(), end.signal);
      cost = result.usage.costMicros;
      quietly(() => recordAnswer(board, key, probe));
      span.set(answerAttributes(result));
      return { state: "answered", result };
    } finally {
      over = true;
      quietly(() => reservation.settle(cost));
    }
  } catch (error) {
    if (end.signal.aborted || error instanceof UserError) {
      const reason: unknown = end.signal.aborted ? end.signal.reason : error;
      quietly(() => (isTimeOut(reason) && probe !== "" ? recordFailure(board, key, silent(brain), { probe, brain: brain.name, model: request.model }) : releaseProbe(board, key, probe)));
      throw reason;
    }
    const failure = error instanceof BrainFailure ? error : new BrainFailure("unknown", `${titleOf(brain.name)} failed in a way that PAIOS does not know`, {}, { cause: error });
    quietly(() => recordFailure(board, key, failure, { probe, brain: brain.name, model: request.model }));
    span.set({ "error.type": failure.kind, "http.response.status_code": failure.facts.status });
    return { state: "failed", failure, began };
  } finally {
    request.signal.removeEventListener("abort", abort);
  }
}

function silent(brain: Brain): BrainFailure {
  return new BrainFailure("transient", `${titleOf(brain.name)} did not answer in time`);
}

function isTimeOut(reason: unknown): boolean {
  return reason instanceof UserError && reason.code === "timed_out";
}

/** Book-keeping that fails, on a full disk, must not lose an answer. */
function quietly(work: () => void): void {
  try {
    work();
  } catch {
    // The next write meets the same disk and says so.
  }
}

function settledSoon<T>(run: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const onAbort = () => {
      timer = setTimeout(() => reject(signal.reason as Error), graceMs);
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
    void run.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
    });
  });
}

function answerAttributes({ model, way, usage, sessionId }: BrainResult): Record<string, unknown> {
  return {
    "gen_ai.response.model": model,
    "gen_ai.usage.input_tokens": usage.inputTokens,
    "gen_ai.usage.output_tokens": usage.outputTokens,
    "gen_ai.usage.cache_read.input_tokens": usage.cachedTokens,
    "gen_ai.conversation.id": sessionId,
    "paios.brain.way": way,
    "paios.cost_micros": usage.costMicros,
  };
}
