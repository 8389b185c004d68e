import { type Database, sql } from "@paios/shared/sqlite";
import { createKeys } from "./keys.ts";
import { openNames } from "./names.ts";
import { openRequests } from "./requests.ts";
import type { LimitReport, Row, SkipReason } from "./row.ts";
import { type OpenCalls, openToolSums } from "./tool-sums.ts";

/** Rows of one file of a client, what of it was skipped, and the calls it left open. */
export interface Part {
  client: string;
  path: string;
  rows: Row[];
  skips: Map<SkipReason, number>;
  calls: OpenCalls;
  /** Inside the transaction: whether the file is still read as far as these rows begin; else they count for nothing. */
  isStill: () => boolean;
  /** Inside the transaction, when they are counted: notes how far the file is read. */
  note: () => void;
}

/** What has been counted. */
export interface Ledger {
  /** Counts parts in one transaction, all or nothing, and returns those that another process had counted before. */
  commit: (parts: readonly Part[]) => Part[];
  /** Joins the many small blocks that single batches leave. */
  compact: () => void;
}

export const slotMs = 900_000;
/** So long is it of interest what a provider said of a limit. */
export const keptReportsMs = 60 * 86_400_000;
const smallBlockBytes = 65_536;
const maxSmallBlocks = 64;

export function openLedger(database: Database, dayOf: (slot: number) => number, now: () => number): Ledger {
  let memory = openMemory(database, dayOf);

  const count = ({ client, path, rows, skips, calls, note }: Part) => {
    const { keys, names, requests, tools } = memory;
    for (const row of rows) {
      if (row.id !== undefined) {
        if (keys.find(row.id) !== undefined) continue;
        keys.put(0);
      }
      if (row.requests || row.calls) {
        const session = names.session(client, row.session, row.project || "unknown", row.atMs);
        const slot = Math.floor(row.atMs / slotMs);
        if (row.requests) for (const request of row.requests) requests.add(session, slot, request);
        if (row.calls) for (const { id, mcpServer, name } of row.calls) tools.begin(session, slot, names.tool(mcpServer, name), id, row.atMs, calls);
      }
      if (row.results) for (const result of row.results) tools.end(result, row.atMs, calls);
      if (row.limits && row.atMs > now() - keptReportsMs) for (const limit of row.limits) storeLimit(database, client, row.atMs, limit);
    }
    for (const [reason, times] of skips) storeSkip(database, { client, path, reason }, times, now());
    note();
  };
  const write = database.transaction((parts: readonly Part[]) => {
    const lost = parts.filter(({ isStill }) => !isStill());
    memory.catchUp();
    for (const part of parts) if (!lost.includes(part)) count(part);
    memory.store();
    return lost;
  });
  const join = database.transaction(() => {
    const blocks = sql<{ id: number; entries: Uint8Array }>(database, "SELECT id, entries FROM seen WHERE length(entries) < ?").all(smallBlockBytes);
    if (blocks.length < maxSmallBlocks) return;
    sql(database, "INSERT INTO seen (entries) VALUES (?)").run(Buffer.concat(blocks.map(({ entries }) => entries)));
    for (const { id } of blocks) sql(database, "DELETE FROM seen WHERE id = ?").run(id);
  });

  return {
    compact: () => {
      const small = sql<number>(database, "SELECT count(*) FROM seen WHERE length(entries) < ?").pluck().get(smallBlockBytes) ?? 0;
      if (small >= maxSmallBlocks) join.immediate();
    },
    commit: (parts) => {
      try {
        return write.immediate(parts);
      } catch (error) {
        // What is in memory may be ahead of what is stored.
        memory = openMemory(database, dayOf);
        throw error;
      }
    },
  };
}

/** What a ledger remembers between two transactions, so that it need not ask. */
function openMemory(database: Database, dayOf: (slot: number) => number) {
  const keys = createKeys();
  const names = openNames(database, dayOf);
  const requests = openRequests(database, keys, names);
  const tools = openToolSums(database);
  let loaded = 0;
  return {
    keys,
    names,
    requests,
    tools,
    /** Takes over what other processes counted. */
    catchUp: () => {
      names.begin();
      for (const { id, entries } of sql<{ id: number; entries: Uint8Array }>(database, "SELECT id, entries FROM seen WHERE id > ? ORDER BY id").iterate(loaded)) {
        keys.load(entries);
        loaded = id;
      }
    },
    store: () => {
      requests.store();
      tools.store();
      names.storeSessions();
      const entries = keys.fresh();
      if (entries.length > 0) loaded = Number(sql(database, "INSERT INTO seen (entries) VALUES (?)").run(entries).lastInsertRowid);
    },
  };
}

function storeLimit(database: Database, client: string, atMs: number, { name, usedPercent, windowMinutes, resetsMs }: LimitReport): void {
  sql(database, "INSERT OR REPLACE INTO limit_report VALUES (?, ?, ?, ?, ?, ?)").run(client, name, atMs, usedPercent, windowMinutes, resetsMs);
}

/** Counts what was not taken, and why. */
function storeSkip(database: Database, { client, path, reason }: { client: string; path: string; reason: SkipReason }, times: number, nowMs: number): void {
  sql(database, "INSERT INTO skipped VALUES (?, ?, ?, 0, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count, last_ms = excluded.last_ms").run(client, path, reason, times, nowMs);
}
