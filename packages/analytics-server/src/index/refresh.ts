import { setImmediate as nextTurn } from "node:timers/promises";
import type { Database } from "@paios/shared/sqlite";
import { lineSources } from "../sources/clients.ts";
import { type FoundFile, walk } from "../sources/walk.ts";
import { summedCalendar } from "./calendar.ts";
import { type Ledger, openLedger, type Part } from "./ledger.ts";
import { readFile } from "./read-file.ts";
import { refreshInChild } from "./in-child.ts";
import { refreshOpenClaw } from "./read-openclaw.ts";
import { knownSources, matchSources } from "./sources.ts";
import { noteStore } from "./stores.ts";

/** What a refresh did. */
export interface Refreshed {
  files: number;
  /** Files that had something new. */
  changed: number;
  lines: number;
  bytes: number;
  tookMs: number;
}

interface RefreshOptions {
  now?: () => number;
  signal?: AbortSignal | undefined;
  /** Bytes done, and of how many. */
  progress?: ((done: number, total: number) => void) | undefined;
  /** Without a process of its own, however much there is to read. */
  alone?: boolean;
}

type Environment = Record<string, string | undefined>;

export interface Refresher {
  /** Takes in what the clients wrote since the last time. Calls at the same time share one. */
  refresh: (options?: RefreshOptions) => Promise<Refreshed>;
  /** Ends what runs; what is counted stays. */
  stop: () => Promise<void>;
}

export const batchRows = 2_000;
const batchFiles = 100;
const turnMs = 25;

/** The collected parts of files, counted together when they are enough for a transaction. */
export interface Collector {
  add: (part: Part) => void;
  flush: () => void;
  /** Lets others run, when it is time. */
  rest: () => Promise<void>;
  /** Lines and bytes read, for the one who asks. */
  read: (lines: number, bytes: number) => void;
  isLost: (path: string) => boolean;
}

/** `timezone` is that of the days it sums by, if none have been summed yet. */
export function openRefresher(database: Database, environment: Environment, timezone?: string): Refresher {
  let running: Promise<Refreshed> | undefined;
  const stopping = new AbortController();
  return {
    refresh: (options = {}) => {
      running ??= refreshAll(database, environment, options, timezone, stopping.signal).finally(() => (running = undefined));
      return running;
    },
    stop: async () => {
      stopping.abort();
      await running?.catch(() => {});
    },
  };
}

/** Above it a process of its own reads: it may be told to be small, and gives its memory back. */
const childFromBytes = 64 << 20;

async function refreshAll(database: Database, environment: Environment, { now = Date.now, signal, progress, alone = false }: RefreshOptions, timezone: string | undefined, stopping: AbortSignal): Promise<Refreshed> {
  const began = performance.now();
  const refreshed: Refreshed = { files: 0, changed: 0, lines: 0, bytes: 0, tookMs: 0 };
  const stops = signal ? AbortSignal.any([signal, stopping]) : stopping;
  const clients = lineSources(environment).map((source) => {
    const found = walk(source.roots, source.wanted);
    const changed = matchSources(knownSources(database, source.client), found.files, source.nameOf);
    return { source, found, changed };
  });
  const total = clients.reduce((sum, { changed }) => sum + changed.reduce((bytes, { file, known }) => bytes + unread(file, known?.offset), 0), 0);
  if (total > childFromBytes && !alone) {
    const done = await refreshInChild({ path: database.name, environment, timezone }, stops, (bytes) => progress?.(Math.min(bytes, total), total));
    if (done) return { ...done, tookMs: performance.now() - began };
    return refreshAll(database, environment, { now, signal, progress, alone: true }, timezone, stopping);
  }
  const collector = openCollector(database, timezone, now, (lines, bytes) => {
    refreshed.lines += lines;
    refreshed.bytes += bytes;
    progress?.(Math.min(refreshed.bytes, total), total);
  }, stops);
  for (const { source, found, changed } of clients) {
    for (const match of changed) {
      stops.throwIfAborted();
      const failure = await readFile(database, source, match, collector);
      if (failure) found.skips.push({ path: match.file.path, reason: failure });
    }
    refreshed.files += found.files.length;
    refreshed.changed += changed.length;
    if (source.client === "openclaw") refreshed.changed += await refreshOpenClaw(database, source.roots, found, collector);
    collector.flush();
    noteStore(database, source.client, found, now());
  }
  refreshed.tookMs = performance.now() - began;
  return refreshed;
}

function unread(file: FoundFile, offset = 0): number {
  return Math.max(0, file.size - (file.path.endsWith(".zst") ? 0 : offset));
}

function openCollector(database: Database, timezone: string | undefined, now: () => number, read: Collector["read"], signal: AbortSignal): Collector {
  let ledger: Ledger | undefined;
  const lost = new Set<string>();
  let parts: Part[] = [];
  let rows = 0;
  let turn = performance.now();
  const flush = () => {
    if (parts.length === 0) return;
    ledger ??= openLedger(database, summedCalendar(database, timezone).dayNumber, now);
    for (const { path } of ledger.commit(parts)) lost.add(path);
    parts = [];
    rows = 0;
    ledger.compact();
  };
  return {
    add: (part) => {
      parts.push(part);
      rows += part.rows.length;
      if (rows >= batchRows || parts.length >= batchFiles) flush();
    },
    flush,
    rest: async () => {
      if (performance.now() - turn < turnMs) return;
      await nextTurn();
      signal.throwIfAborted();
      turn = performance.now();
    },
    read,
    isLost: (path) => lost.has(path),
  };
}
