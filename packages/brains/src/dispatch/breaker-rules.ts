import type { FailureKind } from "../failure.ts";
import { jittered } from "./clock.ts";

/** What opened a breaker. */
export type BlockKind = "transient" | "billing" | "limit" | "auth";

export interface Breaker {
  state: "closed" | "open" | "half_open";
  /** "" while closed. */
  kind: BlockKind | "";
  /** How often it stayed open after a probe: a place on the ladder. */
  step: number;
  /** Failures of an unknown kind in a row. */
  unknowns: number;
  /** Epoch ms, and 1 for an answer, 0 for a transient failure. */
  recent: readonly (readonly [number, 0 | 1])[];
  openedMs: number;
  /** Epoch ms; null: until the credential changes. */
  untilMs: number | null;
}

export interface Failed {
  kind: FailureKind;
  retryAt?: number | undefined;
}

const minute = 60_000;
const hour = 60 * minute;
const backOffMs = [30_000, minute, 5 * minute, 15 * minute];
const sparseMs = [15 * minute, 30 * minute, hour, 2 * hour, 4 * hour, 6 * hour];
/** What a provider may ask for; more is a mistake of theirs or ours. */
const longestMs: Record<Exclude<BlockKind, "auth">, number> = { transient: 6 * hour, billing: 32 * 24 * hour, limit: 32 * 24 * hour };
const windowMs = minute;
const windowSize = 10;
const failuresToOpen = 5;
/** A wait up to this length is waited for by whoever asked, with the breaker closed. */
export const shortWaitMs = 10_000;

export const closedBreaker: Breaker = { state: "closed", kind: "", step: 0, unknowns: 0, recent: [], openedMs: 0, untilMs: null };

/** `ofProbe`: it is the answer of the one probe of a half-open breaker. Late answers of others change nothing. */
export function afterAnswer(breaker: Breaker, now: number, ofProbe: boolean): Breaker {
  if (ofProbe) return closedBreaker;
  if (breaker.state !== "closed") return breaker;
  return { ...breaker, unknowns: 0, recent: withOutcome(breaker, now, 1) };
}

/** The breaker after a failure, and whether people should hear of it: it opened, or for a worse reason than before. */
export function afterFailure(breaker: Breaker, failed: Failed, { now, random, ofProbe }: { now: number; random: () => number; ofProbe: boolean }): { breaker: Breaker; news: boolean } {
  if (failed.kind === "request" || failed.kind === "unavailable") return { breaker: ofProbe ? released(breaker, now) : breaker, news: false };
  const kind = blockKind(failed.kind);
  const news = severity[kind] > (breaker.kind === "" ? 0 : severity[breaker.kind]);
  if (ofProbe || (breaker.state !== "closed" && news)) {
    const step = breaker.kind === kind && ofProbe ? breaker.step + 1 : 0;
    return { breaker: opened(kind, step, failed.retryAt, now, random), news };
  }
  if (breaker.state !== "closed") return { breaker, news: false };
  const unknowns = failed.kind === "unknown" ? breaker.unknowns + 1 : 0;
  const recent = failed.kind === "transient" ? withOutcome(breaker, now, 0) : breaker.recent;
  const failures = recent.filter(([, answered]) => answered === 0).length;
  const askedToWait = failed.kind === "transient" && (failed.retryAt ?? 0) - now > shortWaitMs;
  const opens = kind !== "transient" || askedToWait || failures >= failuresToOpen || unknowns >= failuresToOpen;
  return opens ? { breaker: opened(kind, 0, failed.retryAt, now, random), news: true } : { breaker: { ...breaker, unknowns, recent }, news: false };
}

/** A probe that said nothing about the brain: the next caller may probe at once. */
export function released(breaker: Breaker, now: number): Breaker {
  return { ...breaker, state: "open", openedMs: now, untilMs: now };
}

/** A clock that went back behind the opening would keep a breaker open for that long: its length counts from now then. */
export function anchored(breaker: Breaker, now: number): Breaker {
  if (breaker.untilMs === null || breaker.openedMs <= now) return breaker;
  return { ...breaker, openedMs: now, untilMs: now + (breaker.untilMs - breaker.openedMs) };
}

const severity: Record<BlockKind, number> = { transient: 1, limit: 2, billing: 3, auth: 4 };

function blockKind(kind: Exclude<FailureKind, "request" | "unavailable">): BlockKind {
  return kind === "unknown" ? "transient" : kind;
}

function opened(kind: BlockKind, step: number, retryAt: number | undefined, now: number, random: () => number): Breaker {
  return { ...closedBreaker, state: "open", kind, step, openedMs: now, untilMs: kind === "auth" ? null : untilOf(kind, step, retryAt, now, random) };
}

function untilOf(kind: Exclude<BlockKind, "auth">, step: number, retryAt: number | undefined, now: number, random: () => number): number {
  if (retryAt !== undefined && retryAt > now) return Math.min(retryAt, now + longestMs[kind]);
  const ladder = kind === "transient" ? backOffMs : sparseMs;
  return now + jittered(ladder[Math.min(step, ladder.length - 1)] ?? 0, random);
}

function withOutcome({ recent }: Breaker, now: number, answered: 0 | 1): Breaker["recent"] {
  const within = recent.filter(([time]) => time <= now && time > now - windowMs);
  return [...within, [now, answered] as const].slice(-windowSize);
}
