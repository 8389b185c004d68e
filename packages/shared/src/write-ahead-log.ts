import type Database from "better-sqlite3";
import { errorCode } from "./errors.ts";

const logTries = 200;
const logWaitMs = 10;

/** The step to WAL takes the whole file for a moment and does not wait for it: who opens a new home together tries again. */
export function useWriteAheadLog(database: Database.Database): void {
  for (let tries = 1; ; tries++) {
    try {
      if (database.pragma("journal_mode", { simple: true }) !== "wal") database.pragma("journal_mode = WAL");
      return;
    } catch (error) {
      if (!errorCode(error).startsWith("SQLITE_BUSY") || tries === logTries) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, logWaitMs);
    }
  }
}
