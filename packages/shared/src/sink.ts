import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type Database from "better-sqlite3";
import { errorCode } from "./errors.ts";
import { spool } from "./spool.ts";
import type { Sink, TraceEvent } from "./trace.ts";

const batchEvents = 256;
const batchMs = 200;
/** The first one goes soon: it makes the table, and a client may end this process the hard way a moment after its only call. */
const firstBatchMs = 5;
/** How long a locked database is tried again before the spool takes the events; nothing waits for it meanwhile. */
const busyMs = 5_000;
/** `flush` is the end of a process, which has no time to try again. */
const lastWaitMs = 250;
const maxPending = 4_096;
/** Where nothing can be written at all, it is tried again after this. */
const againMs = 1_000;
/** While nothing drains the intake (obs-server is not installed), the oldest rows make room. */
const intakeRows = 500_000;
const trimRows = 500;

/**
 * A sink that appends NDJSON payloads to the frozen `intake` table of `<home>/observability.sqlite`, in batches of
 * 256 events or 200 ms, errors at once; to `<home>/spool/` when the database cannot be written, or stays locked for 5 s.
 * `write` never waits for a lock. Never throws: tracing must not break what it traces. While nothing can be written the
 * newest 4,096 events wait in memory.
 */
export function intakeSink(home: string): Sink {
  let pending: TraceEvent[] = [];
  let timer: NodeJS.Timeout | undefined;
  let database: Database.Database | undefined;
  let busySince: number | undefined;

  function store(waitMs: number): void {
    clearTimeout(timer);
    timer = undefined;
    if (pending.length === 0) return;
    try {
      database ??= openIntake(home, waitMs);
      append(database, pending.map(payloadOf), waitMs);
    } catch (error) {
      busySince ??= performance.now();
      const patient = waitMs === 0 && pending.length < maxPending && performance.now() - busySince < busyMs;
      if (patient && errorCode(error).startsWith("SQLITE_BUSY")) return startTimer(batchMs);
      database = closeQuietly(database);
      if (!spool(home, String(process.pid), pending.map(payloadOf))) {
        // A full or read-only disk may not stay so.
        pending = pending.slice(-maxPending);
        return startTimer(againMs);
      }
    }
    pending = [];
    busySince = undefined;
  }

  function startTimer(afterMs = database ? batchMs : firstBatchMs): void {
    timer ??= setTimeout(() => store(0), afterMs).unref();
  }

  return {
    write: (event) => {
      pending.push(event);
      if (busySince === undefined && (event.status === "error" || pending.length >= batchEvents)) store(0);
      else startTimer();
    },
    flush: () => store(lastWaitMs),
  };
}

function payloadOf(event: TraceEvent): string {
  try {
    return JSON.stringify(event);
  } catch {
    return JSON.stringify({ ...event, metadata: { "paios.trace.problem": "metadata that JSON cannot hold" } });
  }
}

/** Loaded at the first batch: who only emits need not wait for a native module. */
function openIntake(home: string, waitMs: number): Database.Database {
  mkdirSync(home, { recursive: true });
  const Sqlite = process.getBuiltinModule("node:module").createRequire(import.meta.url)("better-sqlite3") as typeof Database;
  const database = new Sqlite(join(home, "observability.sqlite"), { timeout: waitMs });
  try {
    database.pragma("journal_mode = WAL");
    database.pragma("synchronous = NORMAL");
    // Appending needs few pages; SQLite's default would grow to 16 MB in every server.
    database.pragma("cache_size = -256");
    database.exec("CREATE TABLE IF NOT EXISTS intake(id INTEGER PRIMARY KEY, received_us INTEGER, payload TEXT)");
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function append(database: Database.Database, payloads: readonly string[], waitMs: number): void {
  database.pragma(`busy_timeout = ${waitMs}`);
  const insert = database.prepare("INSERT INTO intake(received_us, payload) VALUES (?, ?)");
  const span = database.prepare<[], { first: number; last: number }>(
    // Two questions: asked as one, SQLite goes through the whole table.
    "SELECT coalesce((SELECT min(id) FROM intake), 0) AS first, coalesce((SELECT max(id) FROM intake), 0) AS last",
  );
  const receivedUs = Date.now() * 1000;
  database
    .transaction(() => {
      for (const payload of payloads) insert.run(receivedUs, payload);
      const { first = 0, last = 0 } = span.get() ?? {};
      if (last - first > intakeRows) database.prepare("DELETE FROM intake WHERE id < ?").run(first + trimRows);
    })
    .immediate();
}

function closeQuietly(database: Database.Database | undefined): undefined {
  try {
    database?.close();
  } catch {
    // Already unusable.
  }
}
