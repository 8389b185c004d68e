import { randomUUID } from "node:crypto";
import { UserError } from "@paios/shared/errors";
import type { Span } from "@paios/shared/trace";
import type { Brain, BrainName, BrainRequest, BrainResult } from "../brain.ts";
import type { BrainFailure, FailureKind } from "../failure.ts";
import { attempt, type Outcome } from "./attempt.ts";
import { look } from "./breaker.ts";
import { shortWaitMs } from "./breaker-rules.ts";
import { type Candidate, candidatesFor } from "./candidate.ts";
import { deadline, type Deadline } from "./deadline.ts";
import type { Wait } from "./lease.ts";
import type { Switchboard } from "./switchboard.ts";
import { sentences, titleOf, whyBlocked } from "./words.ts";

export interface DispatchOptions {
  board: Switchboard;
  /** Who is asked first. */
  chosen: BrainName;
  /** How many other brains may be asked, in the order of `brains`. Default 2; 0 pins the task to the chosen one. */
  failovers?: number;
  /** For everything: waits, runs, retries. */
  timeoutMs?: number | undefined;
  /** Runs of the same task share its spending cap: a trace id, say. Default: each dispatch is a task. */
  task?: string | undefined;
  onWait?: ((wait: Wait) => void) | undefined;
}

/** One run of one brain. `kind` is missing where it answered. */
export interface Attempt {
  brain: BrainName;
  way?: string;
  kind?: FailureKind;
  ms: number;
}

export interface Dispatched {
  result: BrainResult;
  brain: BrainName;
  attempts: Attempt[];
}

/** So many brains may ask each other in a chain. */
const depthLimit = 2;
const defaultFailovers = 2;
/** Tries of one brain; more where it is the only one, or one fault in five would fail every 25th task. */
const tries = { withOthers: 2, alone: 4 };
const firstBackOffMs = 1_000;
/** All are blocked: as long as this is waited for one that reopens. */
const reopenWaitMs = 60_000;
/** Asking these again may do a thing twice. */
const atMostOnce: ReadonlySet<BrainName> = new Set(["gateway"] as const);

interface Turn extends Required<Pick<DispatchOptions, "board" | "chosen" | "failovers">> {
  candidates: Candidate[];
  request: BrainRequest;
  limit: Deadline;
  span: Span;
  task: string;
  onWait: DispatchOptions["onWait"];
  attempts: Attempt[];
  waitedMs: number;
}

/**
 * Has a task done by the chosen brain, or by another one that can when it cannot. Rejects with the signal's reason or
 * `UserError`: "bad_input" (about the task), "refused" (depth, spending cap), "unavailable" (who is back when),
 * "timed_out".
 */
export async function dispatch(brains: readonly Brain[], request: BrainRequest, options: DispatchOptions): Promise<Dispatched> {
  const { board, chosen, failovers = defaultFailovers, timeoutMs, task = randomUUID(), onWait } = options;
  const attributes = { "paios.brain.chosen": chosen, "paios.depth": request.depth };
  return await board.tracer.span({ category: "brain", action: "dispatch", attributes }, async (span) => {
    if (request.depth >= depthLimit) {
      throw new UserError("refused", `Brains have asked each other ${request.depth} times for this task, and ${depthLimit} is the limit. Answer it without asking another brain.`);
    }
    const candidates = candidatesFor(brains, request, chosen, failovers);
    const limit = deadline(request.signal, timeoutMs, board.clock);
    try {
      const turn: Turn = { board, chosen, failovers, candidates, request: { ...request, signal: limit.signal }, limit, span, task, onWait, attempts: [], waitedMs: 0 };
      const done = await askInTurn(turn);
      span.set({ "paios.brain.answered": done.brain, "paios.brain.attempts": done.attempts.length });
      return done;
    } finally {
      limit.end();
    }
  });
}

async function askInTurn(turn: Turn): Promise<Dispatched> {
  let last: Candidate | undefined;
  for (;;) {
    turn.limit.signal.throwIfAborted();
    const candidate = turn.candidates.find((each) => canBeAsked(turn, each));
    if (!candidate) {
      await waitForReopening(turn);
      continue;
    }
    if (candidate !== (last ?? turn.candidates.find(({ brain }) => brain.name === turn.chosen))) announce(turn, candidate, last);
    last = candidate;
    const result = await ask(turn, candidate);
    if (result) return { result, brain: candidate.brain.name, attempts: turn.attempts };
  }
}

/** An answer, or undefined when the loop goes on. */
async function ask(turn: Turn, candidate: Candidate): Promise<BrainResult | undefined> {
  const { board, request, attempts, task, onWait } = turn;
  const { brain, key, ticket, model } = candidate;
  const began = board.clock.elapsed();
  const outcome = await attempt(board, brain, { ...request, model }, { key, task, onWait, ticket, onTicket: (mine) => (candidate.ticket = mine) });
  const ms = board.clock.elapsed() - began;
  if (outcome.state === "answered") {
    attempts.push({ brain: brain.name, way: outcome.result.way, ms });
    return outcome.result;
  }
  if (outcome.state === "failed") {
    candidate.tries++;
    attempts.push({ brain: brain.name, kind: outcome.failure.kind, ms });
    await afterFailed(turn, candidate, outcome);
  } else if (outcome.state === "unreachable") {
    attempts.push({ brain: brain.name, kind: "unavailable", ms });
    candidate.over = outcome.reason;
  } else if (outcome.state === "busy") candidate.over = `All places of ${titleOf(brain.name)} are taken`;
  return undefined;
}

/** Throws what ends the task, waits before the next try, or lets the candidate go. */
async function afterFailed(turn: Turn, candidate: Candidate, { failure, began }: Outcome & { state: "failed" }): Promise<void> {
  if (failure.kind === "request") throw new UserError("bad_input", failure.message, { cause: failure });
  const { name } = candidate.brain;
  if (atMostOnce.has(name) && (began || (["transient", "unknown"].includes(failure.kind) && failure.facts.otherWay !== true))) {
    throw new UserError("unavailable", `${titleOf(name)} took this task and then failed, so it was not given to anyone again: it may be done. Check that before you ask again.`, { cause: failure });
  }
  const delayMs = backOff(turn, candidate, failure);
  const alone = turn.candidates.every((each) => each === candidate || (each.tries === 0 && !canBeAsked(turn, each)));
  const again = failure.kind === "transient" && candidate.tries < (alone ? tries.alone : tries.withOthers);
  if (!again || (delayMs >= shortWaitMs && !look(turn.board, candidate.key).open) || delayMs > turn.limit.leftMs()) candidate.over = failure.message;
  else if (!look(turn.board, candidate.key).open) await turn.board.clock.wait(delayMs, turn.limit.signal);
}

function backOff({ board: { clock } }: Turn, candidate: Candidate, { facts }: BrainFailure): number {
  const own = firstBackOffMs * 2 ** (candidate.tries - 1) * (0.5 + clock.random());
  return Math.max(own, (facts.retryAt ?? 0) - clock.now());
}

function canBeAsked(turn: Turn, candidate: Candidate): boolean {
  return mayBeAsked(turn, candidate) && !look(turn.board, candidate.key).open;
}

/** But for its breaker. */
function mayBeAsked({ candidates, chosen, failovers }: Turn, { brain, over, tries }: Candidate): boolean {
  if (over !== undefined) return false;
  const others = candidates.filter((each) => each.brain.name !== chosen && each.tries > 0).length;
  return brain.name === chosen || tries > 0 || others < failovers;
}

async function waitForReopening(turn: Turn): Promise<void> {
  const { board, candidates, request, limit } = turn;
  const now = board.clock.now();
  const reopening = candidates.filter((each) => mayBeAsked(turn, each)).flatMap((each) => {
    const state = look(board, each.key);
    return state.open && state.until !== undefined ? [state.until] : [];
  });
  const needMs = Math.max(50, Math.min(...reopening) - now);
  if (turn.waitedMs + needMs > reopenWaitMs || needMs > limit.leftMs()) throw unavailable(turn);
  request.onEvent({ kind: "progress", message: `No brain can be asked at once; waiting ${Math.ceil(needMs / 1_000)} s for one that can.` });
  turn.waitedMs += needMs;
  await board.clock.wait(needMs, limit.signal);
}

function unavailable(turn: Turn): UserError {
  const { board, candidates } = turn;
  const facts = candidates.flatMap((candidate) => {
    if (candidate.over !== undefined) return [candidate.over];
    const state = look(board, candidate.key);
    return state.open ? [whyBlocked(candidate.brain.name, state, board.clock.now())] : [];
  });
  return new UserError("unavailable", `No brain could do this task. ${sentences(facts)} Ask again later, or choose another brain.`);
}

/** A failover is seen in the trace and by who waits. */
function announce({ span, chosen, request, attempts, candidates }: Turn, to: Candidate, last: Candidate | undefined): void {
  const from = last?.brain.name ?? chosen;
  const unasked = candidates.some(({ brain }) => brain.name === from) ? "blocked" : "unable";
  span.event("failover", { from, to: to.brain.name, kind: attempts.findLast(({ brain }) => brain === from)?.kind ?? unasked });
  request.onEvent({ kind: "progress", message: `${titleOf(from)} cannot do this now; ${titleOf(to.brain.name)} takes over.` });
}
