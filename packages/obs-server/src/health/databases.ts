import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { errorCode } from "@paios/shared/errors";
import { sql } from "@paios/shared/sqlite";
import type { Obs } from "../obs.ts";
import type { Check, Outcome } from "./check.ts";

export const databaseNames = ["kb", "observability", "router", "analytics", "macos", "heartbeat"] as const;

const walMegabytes = 64;
const busyMs = 500;

/** One check for each database of ours that is in the home, or was when it was looked at last. */
export function databaseChecks({ database, home }: Obs): Check[] {
  const seen = sql<string>(database, "SELECT name FROM check_result WHERE kind = 'database' AND status <> 'unknown'").pluck().all();
  return databaseNames
    .filter((name) => existsSync(join(home, `${name}.sqlite`)) || seen.includes(`database:${name}`))
    .map((name) => ({
      name: `database:${name}`,
      kind: "database",
      everyMs: 60_000,
      timeoutMs: 5_000,
      probe: () => probeDatabase(join(home, `${name}.sqlite`)),
    }));
}

function probeDatabase(path: string): Outcome {
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  if (size === undefined) return { status: "fail", detail: "The file is gone. Its newest copy is in the folder backups of the home." };
  if (size === 0) return { status: "fail", detail: "The file is empty (0 bytes). Its newest copy is in the folder backups of the home." };
  try {
    readSomething(path);
  } catch (error) {
    if (errorCode(error).startsWith("SQLITE_BUSY")) return { status: "warn", detail: `Locked for over ${busyMs} ms.` };
    return { status: "fail", detail: `It cannot be read (${errorCode(error) || "damaged"}). Its newest copy is in the folder backups of the home.` };
  }
  const walBytes = statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  if (walBytes > walMegabytes * 1024 * 1024) return { status: "warn", detail: `Its write-ahead log has ${Math.round(walBytes / 1024 / 1024)} MB: some process reads without a pause.` };
  return { status: "ok", detail: `${Math.ceil(size / 1024)} KB, readable.` };
}

/** The header, the schema version and a row of each table: cheap, and a page that is not what it should be is met. */
function readSomething(path: string): void {
  const database = new Database(path, { readonly: true, fileMustExist: true, timeout: busyMs });
  try {
    database.pragma("trusted_schema = OFF");
    if (Number(database.pragma("user_version", { simple: true })) < 0) throw new Error("schema version");
    const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0").pluck().all() as string[];
    for (const table of tables) database.prepare(`SELECT 1 FROM "${table.replaceAll('"', '""')}" LIMIT 1`).get();
  } finally {
    database.close();
  }
}
