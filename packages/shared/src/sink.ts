import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import type { Sink, TraceEvent } from "./trace.ts";

const batchEvents = 256;
const batchMs = 200;
/** While nothing drains the intake (obs-server not there yet), the oldest rows make room. */
const intakeRows = 200_000;
const trimRows = 500;

/**
 * A sink that appends NDJSON payloads to the frozen `intake` table of `<home>/observability.sqlite`, in batches of
 * 256 events or 200 ms, errors at once; to `<home>/spool/` when the database cannot be written. Never throws: tracing
 * must not break what it traces. A home that cannot be written at all loses its traces.
 */
export function intakeSink(home: string): Sink {
  let pending: TraceEvent[] = [];
  let timer: NodeJS.Timeout | undefined;
  let database: Database.Database | undefined;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    if (pending.length === 0) return;
    const payloads = pending.map((event) => JSON.stringify(event));
    pending = [];
    try {
      database ??= openIntake(home);
      append(database, payloads);
    } catch {
      database = closeQuietly(database);
      spool(home, payloads);
    }
  }

  return {
    write: (event) => {
      pending.push(event);
      if (event.status === "error" || pending.length >= batchEvents) flush();
      else timer ??= setTimeout(flush, batchMs).unref();
    },
    flush,
  };
}

function openIntake(home: string): Database.Database {
  mkdirSync(home, { recursive: true });
  // Tracing waits less than real work does: the spool takes what a locked database cannot.
  const database = new Database(join(home, "observability.sqlite"), { timeout: 250 });
  database.pragma("journal_mode = WAL");
  database.pragma("busy_timeout = 250");
  database.pragma("synchronous = NORMAL");
  database.exec("CREATE TABLE IF NOT EXISTS intake(id INTEGER PRIMARY KEY, received_us INTEGER, payload TEXT)");
  return database;
}

function append(database: Database.Database, payloads: string[]): void {
  const insert = database.prepare("INSERT INTO intake(received_us, payload) VALUES (?, ?)");
  const span = database.prepare<[], { first: number; last: number }>(
    "SELECT coalesce(min(id), 0) AS first, coalesce(max(id), 0) AS last FROM intake",
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

function spool(home: string, payloads: string[]): void {
  try {
    const folder = join(home, "spool");
    mkdirSync(folder, { recursive: true });
    appendFileSync(join(folder, `events-${process.pid}.ndjson`), payloads.map((line) => `${line}\n`).join(""));
  } catch {
    // Nowhere left to write.
  }
}

function closeQuietly(database: Database.Database | undefined): undefined {
  try {
    database?.close();
  } catch {
    // Already unusable.
  }
}
