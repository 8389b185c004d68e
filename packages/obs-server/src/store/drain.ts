import { closeSync, existsSync, openSync, readdirSync, readSync, renameSync, rmSync, statSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { basename, join } from "node:path";
import { sql } from "@paios/shared/sqlite";
import type { TraceEvent } from "@paios/shared/trace";
import type { Obs } from "../obs.ts";
import { readEvent, rejected } from "./event.ts";
import { writeEvents } from "./write.ts";

/** So many at a time keep a transaction under 10 ms. */
const batchRows = 200;
const spoolChunk = 256 * 1024;
/** A writer that had the file open when it was renamed is done with it after this. */
const spoolRestMs = 2_000;

interface IntakeRow {
  id: number;
  received_us: number;
  payload: string;
}

/**
 * Moves what waits in the intake table and the spool into the tables, a batch a transaction, until nothing is left or
 * `budgetMs` is over. An event moves exactly once, whoever drains and wherever it is killed. Returns how many moved.
 */
export function drain(obs: Obs, budgetMs = 1_000): number {
  const until = performance.now() + budgetMs;
  let moved = 0;
  for (let batch = drainIntake(obs); batch > 0; batch = performance.now() < until ? drainIntake(obs) : 0) moved += batch;
  for (const file of spoolFiles(obs.home)) {
    for (let batch = drainSpool(obs, file); batch > 0; batch = performance.now() < until ? drainSpool(obs, file) : 0) moved += batch;
  }
  return moved;
}

/** Appends events to the intake; when this returns they are stored. */
export function appendIntake({ database }: Obs, events: readonly TraceEvent[]): void {
  const insert = sql(database, "INSERT INTO intake(received_us, payload) VALUES (?, ?)");
  const receivedUs = Date.now() * 1_000;
  database.transaction(() => events.forEach((event) => insert.run(receivedUs, JSON.stringify(event)))).immediate();
}

function drainIntake({ database }: Obs): number {
  // Looked at without the write lock first: an empty intake must not disturb who writes.
  if (sql(database, "SELECT 1 FROM intake LIMIT 1").get() === undefined) return 0;
  return database
    .transaction(() => {
      const rows = sql<IntakeRow>(database, "SELECT id, received_us, payload FROM intake ORDER BY id LIMIT ?").all(batchRows);
      writeEvents(database, rows.map(({ payload, received_us }) => eventOf(payload, received_us / 1_000)));
      sql(database, "DELETE FROM intake WHERE id BETWEEN ? AND ?").run(rows[0]?.id ?? 0, rows.at(-1)?.id ?? -1);
      return rows.length;
    })
    .immediate();
}

function eventOf(payload: string, receivedMs: number): TraceEvent {
  return readEvent(payload, receivedMs) ?? rejected(payload, receivedMs, { traceId: randomBytes(16).toString("hex"), spanId: randomBytes(8).toString("hex") });
}

/** Files that were set apart for draining; what writers append to is renamed first. */
function spoolFiles(home: string): string[] {
  const folder = join(home, "spool");
  if (!existsSync(folder)) return [];
  for (const name of readdirSync(folder)) {
    if (/^events-.*\.ndjson$/.test(name)) renameQuietly(join(folder, name), join(folder, `drain-${Date.now()}-${name}`));
  }
  return readdirSync(folder).filter((name) => /^drain-.*\.ndjson$/.test(name)).sort().map((name) => join(folder, name));
}

/** The next part of a file; how far it was read is stored with its events. */
function drainSpool({ database }: Obs, file: string): number {
  const name = `spool:${basename(file)}`;
  return database
    .transaction(() => {
      const from = sql<number>(database, "SELECT value FROM progress WHERE name = ?").pluck().get(name) ?? 0;
      const { size = 0, mtimeMs = 0 } = statSync(file, { throwIfNoEntry: false }) ?? {};
      const ended = Date.now() - mtimeMs > spoolRestMs;
      const { lines, to } = nextLines(file, from, ended);
      if (lines.length > 0) {
        writeEvents(database, lines.map((line) => eventOf(line, mtimeMs)));
        sql(database, "INSERT INTO progress VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value").run(name, to);
      } else if (ended && from >= size) {
        rmSync(file, { force: true });
        sql(database, "DELETE FROM progress WHERE name = ?").run(name);
      }
      return lines.length;
    })
    .immediate();
}

/** At most 200 lines from `from` on, and where they end. What is behind the last line end counts when the file has `ended`. */
function nextLines(file: string, from: number, ended: boolean): { lines: string[]; to: number } {
  const buffer = Buffer.alloc(spoolChunk);
  const read = readAt(file, buffer, from);
  const lines: string[] = [];
  let at = 0;
  while (lines.length < batchRows && at < read) {
    const end = buffer.subarray(0, read).indexOf(10, at);
    // A crash cuts a line off in its middle, and no event is longer than the buffer.
    if (end < 0 && !(lines.length === 0 && (ended || (at === 0 && read === spoolChunk)))) break;
    const line = buffer.toString("utf8", at, end < 0 ? read : end);
    if (line.trim() !== "") lines.push(line);
    at = end < 0 ? read : end + 1;
  }
  return { lines, to: from + at };
}

function readAt(file: string, buffer: Buffer, from: number): number {
  if (!existsSync(file)) return 0;
  const descriptor = openSync(file, "r");
  try {
    return readSync(descriptor, buffer, 0, buffer.length, from);
  } finally {
    closeSync(descriptor);
  }
}

function renameQuietly(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch {
    // Somebody else drains it.
  }
}
