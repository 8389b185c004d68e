import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { errorCode } from "@paios/shared/errors";
import { checkpoint } from "@paios/shared/sqlite";
import { size } from "../output.ts";
import { databases } from "./capabilities.ts";
import type { Finding } from "./finding.ts";
import { holdersOf } from "./holders.ts";

const busyMs = 300;
/** What SQLite reads in well under a second; a larger file is only opened, unless asked for. */
const quickBytes = 200 * 1024 * 1024;
const walBytes = 64 * 1024 * 1024;

/** Integrity, write-ahead log, schema version and locks of each database that is there. */
export function databaseFindings(home: string, deep: boolean): Finding[] {
  return databases.filter(({ name }) => (statSync(join(home, name), { throwIfNoEntry: false })?.size ?? 0) > 0).map(({ name, schema }) => judge(home, name, schema, deep));
}

function judge(home: string, name: string, schema: number, deep: boolean): Finding {
  const path = join(home, name);
  const check = `database ${name}`;
  const bytes = statSync(path).size;
  const whole = deep || bytes <= quickBytes;
  let database: Database.Database | undefined;
  try {
    database = new Database(path, { fileMustExist: true, timeout: busyMs });
    const version = Number(database.pragma("user_version", { simple: true }));
    if (version > schema) return { check, status: "fail", detail: `Schema ${version} is newer than this PAIOS knows (${schema}).`, fix: "Update PAIOS: get the new source, then ai update" };
    if (whole && database.pragma("quick_check(1)", { simple: true }) !== "ok") return damaged(check, name);
    if (database.pragma("journal_mode", { simple: true }) !== "wal") return { check, status: "warn", detail: "It has no write-ahead log (WAL).", fix: "--fix turns it on", repair: () => turnOnWal(path) };
    const wal = statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
    if (wal > walBytes) return { check, status: "warn", detail: `Its write-ahead log has ${size(wal)}: some process reads without a pause. ${heldBy(path)}`, fix: "--fix folds it into the file", repair: () => foldWal(path) };
    database.prepare("BEGIN IMMEDIATE").run();
    database.prepare("ROLLBACK").run();
    const behind = version === 0 ? ", its tables are made at the first use" : version < schema ? `, schema ${version} becomes ${schema} at the next use, with a backup before` : `, schema ${version}`;
    return { check, status: "ok", detail: `${size(bytes)}, WAL${behind}${whole ? ", sound" : "; not read whole: ai doctor --deep does"}` };
  } catch (error) {
    const code = errorCode(error);
    if (code.startsWith("SQLITE_BUSY")) return { check, status: "warn", detail: `Locked for over ${busyMs} ms. ${heldBy(path)}`, fix: "Wait, or end that process by its number" };
    if (/^SQLITE_(CORRUPT|NOTADB)/.test(code)) return damaged(check, name);
    return { check, status: "fail", detail: `It cannot be opened (${code || "unknown reason"}).`, fix: `Check the permissions of ${path} and its folder` };
  } finally {
    database?.close();
  }
}

function damaged(check: string, name: string): Finding {
  const fix = name === "kb.sqlite" ? "ai kb restore brings back the newest backup" : `Rename ${name}: it starts empty; the folder backups beside it may hold an older one`;
  return { check, status: "fail", detail: "It is damaged. Nothing was deleted.", fix };
}

/** Whose process holds it, by number and command. */
function heldBy(path: string): string {
  const holders = holdersOf(path)?.map(({ pid, command }) => `${pid} (${command})`) ?? [];
  return holders.length > 0 ? `Open in: ${holders.join(", ")}.` : "";
}

function turnOnWal(path: string): void {
  withDatabase(path, (database) => database.pragma("journal_mode = WAL"));
}

function foldWal(path: string): void {
  withDatabase(path, checkpoint);
}

function withDatabase(path: string, work: (database: Database.Database) => unknown): void {
  if (!existsSync(path)) return;
  const database = new Database(path, { timeout: 5_000 });
  try {
    work(database);
  } finally {
    database.close();
  }
}
