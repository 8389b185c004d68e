import type Database from "better-sqlite3";
import { errorCode } from "./errors.ts";

const logWaitMs = 10;

/** The step to WAL takes the whole file for a moment and does not wait for it: who opens a new home together tries again, for so long. */
export function useWriteAheadLog(database: Database.Database, patienceMs = 2_000): void {
  for (const until = performance.now() + patienceMs; ; ) {
    try {
      if (database.pragma("journal_mode", { simple: true }) !== "wal") database.pragma("journal_mode = WAL");
      return;
    } catch (error) {
      if (!errorCode(error).startsWith("SQLITE_BUSY") || performance.now() > until) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, logWaitMs);
    }
  }
}
