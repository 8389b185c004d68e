import { sql } from "@paios/shared/sqlite";
import type { BrainName } from "../brain.ts";
import type { BrainFailure } from "../failure.ts";
import { afterAnswer, afterFailure, anchored, type BlockKind, type Breaker, closedBreaker, released } from "./breaker-rules.ts";
import { type Switchboard, writing } from "./switchboard.ts";

/** What shares one limit and one bill, and so one breaker. */
export interface BreakerKey {
  provider: string;
  credential: string;
  pool: string;
}

/** A breaker opened, or is open for a worse reason than before: what an alert says. */
export interface Opening extends BreakerKey {
  brain: BrainName;
  model: string | undefined;
  kind: BlockKind;
  /** Epoch ms when it is tried again; undefined: when the credential changes. */
  until: number | undefined;
  /** In our own words. */
  message: string;
  time: number;
}

export interface Blocked {
  open: true;
  kind: BlockKind;
  /** Epoch ms; undefined: when the credential changes. */
  until: number | undefined;
  /** Somebody's probe is under way. */
  probing: boolean;
}

export interface BreakerView extends Breaker {
  probing: boolean;
  /** The last error, in our own words. */
  error: string;
  errorMs: number | undefined;
}

/** How a call was let through: `probe` is set when it is the probe. */
export interface Admission {
  open: false;
  probe: string;
}

interface Stored extends Breaker {
  probe: string;
  error: string;
  errorMs: number | null;
}

/** A probe that another one makes is asked about again after so long. */
const probeAgainMs = 2_000;
/** Longer than any is open: what is left of credentials that are no more. */
const keptMs = 40 * 86_400_000;
let probes = 0;

/** Reads only. A breaker whose time is over is half-open: the next call is its probe. */
export function readBreaker(board: Switchboard, key: BreakerKey): BreakerView {
  const { probe, errorMs, ...breaker } = anchoredNow(board, read(board, key));
  const due = breaker.state === "open" && breaker.untilMs !== null && breaker.untilMs <= board.clock.now();
  return { ...breaker, state: due ? "half_open" : breaker.state, probing: isProbed(board, { ...breaker, probe }), errorMs: errorMs ?? undefined };
}

/** Whether a call would be let through; takes no probe. */
export function look(board: Switchboard, key: BreakerKey): Blocked | { open: false } {
  const found = read(board, key);
  const now = board.clock.now();
  if (found.openedMs > now && found.untilMs !== null) writing(board, () => write(board, key, anchoredNow(board, read(board, key))));
  return blocked(board, anchoredNow(board, found)) ?? { open: false };
}

/** Lets a call through or not. Where the breaker is half-open, one caller of all processes becomes its probe. */
export function admit(board: Switchboard, key: BreakerKey): Blocked | Admission {
  const seen = look(board, key);
  if (seen.open) return seen;
  if (read(board, key).state === "closed") return { open: false, probe: "" };
  return writing(board, () => {
    const found = anchoredNow(board, read(board, key));
    const still = blocked(board, found);
    if (still) return still;
    if (found.state === "closed") return { open: false, probe: "" };
    const probe = `${board.holder.id} ${++probes}`;
    write(board, key, { ...found, state: "half_open", probe });
    return { open: false, probe };
  });
}

export function recordAnswer(board: Switchboard, key: BreakerKey, probe: string): void {
  writing(board, () => {
    const found = read(board, key);
    write(board, key, { ...found, ...afterAnswer(found, board.clock.now(), isOwn(found, probe)), probe: isOwn(found, probe) ? "" : found.probe });
  });
}

/** Also calls `onOpen`, after the commit, when this failure opened the breaker. */
export function recordFailure(board: Switchboard, key: BreakerKey, failure: BrainFailure, call: { probe: string; brain: BrainName; model: string | undefined }): void {
  const now = board.clock.now();
  const opening = writing(board, (): Opening | undefined => {
    const found = read(board, key);
    const ofProbe = isOwn(found, call.probe);
    const { breaker, news } = afterFailure(found, { kind: failure.kind, retryAt: failure.facts.retryAt }, { now, random: board.clock.random, ofProbe });
    const stored = { ...found, ...breaker, probe: ofProbe ? "" : found.probe };
    write(board, key, failure.kind === "request" ? stored : { ...stored, error: failure.message, errorMs: now });
    if (!news || breaker.kind === "") return undefined;
    sql(board.database, "DELETE FROM breaker WHERE written_ms < ?").run(now - keptMs);
    return { ...key, brain: call.brain, model: call.model, kind: breaker.kind, until: breaker.untilMs ?? undefined, message: failure.message, time: now };
  });
  try {
    if (opening) board.onOpen(opening);
  } catch {
    // An alert that cannot be stored must not lose the task.
  }
}

/** Gives a probe back that said nothing: it was aborted. */
export function releaseProbe(board: Switchboard, key: BreakerKey, probe: string): void {
  if (probe === "") return;
  writing(board, () => {
    const found = read(board, key);
    if (isOwn(found, probe)) write(board, key, { ...found, ...released(found, board.clock.now()), probe: "" });
  });
}

/** For a person who topped up or logged in again: the next call is let through. */
export function closeBreaker(board: Switchboard, key: BreakerKey): void {
  writing(board, () => write(board, key, { ...read(board, key), ...closedBreaker, probe: "" }));
}

function blocked(board: Switchboard, breaker: Stored): Blocked | undefined {
  if (breaker.state === "closed" || breaker.kind === "") return undefined;
  const now = board.clock.now();
  if (breaker.state === "half_open") return isProbed(board, breaker) ? { open: true, kind: breaker.kind, until: now + probeAgainMs, probing: true } : undefined;
  if (breaker.untilMs !== null && breaker.untilMs <= now) return undefined;
  return { open: true, kind: breaker.kind, until: breaker.untilMs ?? undefined, probing: false };
}

function isProbed({ holder }: Switchboard, { state, probe }: Pick<Stored, "state" | "probe">): boolean {
  return state === "half_open" && !holder.looksGone(probe.split(" ")[0] ?? "");
}

function isOwn(breaker: Stored, probe: string): boolean {
  return probe !== "" && breaker.state === "half_open" && breaker.probe === probe;
}

function anchoredNow({ clock }: Switchboard, stored: Stored): Stored {
  return { ...stored, ...anchored(stored, clock.now()) };
}

type Row = { state: Breaker["state"]; kind: BlockKind | ""; step: number; unknowns: number; recent: string; opened_ms: number; until_ms: number | null; probe: string; error: string; error_ms: number | null };

function read({ database }: Switchboard, { provider, credential, pool }: BreakerKey): Stored {
  const row = sql<Row>(database, "SELECT * FROM breaker WHERE provider = ? AND credential = ? AND pool = ?").get(provider, credential, pool);
  if (!row) return { ...closedBreaker, probe: "", error: "", errorMs: null };
  const { state, kind, step, unknowns, probe, error } = row;
  return { state, kind, step, unknowns, probe, error, recent: JSON.parse(row.recent) as Breaker["recent"], openedMs: row.opened_ms, untilMs: row.until_ms, errorMs: row.error_ms };
}

function write({ database, clock }: Switchboard, { provider, credential, pool }: BreakerKey, to: Stored): void {
  sql(database, "INSERT OR REPLACE INTO breaker VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)").run(
    provider, credential, pool, to.state, to.kind, to.step, to.unknowns, JSON.stringify(to.recent), to.openedMs, to.untilMs, to.probe, to.error, to.errorMs, clock.now(),
  );
}
