import { existsSync, mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import Database from "better-sqlite3";
import { listFolder, newestFolder } from "./backup-folder.ts";
import { errorCode, UserError } from "./errors.ts";
import { useWriteAheadLog } from "./write-ahead-log.ts";

export type { Database } from "better-sqlite3";

/** One step of a schema: SQL, or code for what SQL cannot say. Steps are only ever appended. */
export type Migration = string | ((database: Database.Database) => void);

export interface OpenOptions {
  path: string;
  /** `migrations[n]` takes `user_version` from n to n + 1. Left out: the file is opened with the schema it has. */
  migrations?: readonly Migration[];
  /** Page cache in KiB. */
  cacheKib?: number;
  /** How long it waits for another process's lock; 5 s when left out. */
  busyMs?: number;
}

const keptBackups = 5;

/**
 * Opens a capability's database: WAL, busy_timeout, foreign keys. Creates and migrates it under BEGIN IMMEDIATE,
 * with a backup in `<home>/backups/` before a migration; an up-to-date one is not written to.
 * Throws `UserError("storage")` for a newer schema, a damaged file, a full disk or a home that cannot be written.
 */
export function openDatabase({ path, migrations, cacheKib = 4_096, busyMs = 5_000 }: OpenOptions): Database.Database {
  return explained(path, () => {
    mkdirSync(dirname(path), { recursive: true });
    const database = new Database(path, { timeout: busyMs });
    try {
      useWriteAheadLog(database, busyMs);
      database.pragma("synchronous = NORMAL");
      database.pragma("foreign_keys = ON");
      database.pragma("trusted_schema = OFF");
      database.pragma("journal_size_limit = 16777216");
      database.pragma(`cache_size = -${cacheKib}`);
      if (migrations) migrate(database, path, migrations);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

const statements = new WeakMap<Database.Database, Map<string, Database.Statement>>();

/** `database.prepare(sql)`, compiled once per database. `Row` is what a row looks like; nothing checks it. */
export function sql<Row = unknown>(database: Database.Database, text: string): Database.Statement<unknown[], Row> {
  let known = statements.get(database);
  if (!known) statements.set(database, (known = new Map()));
  let statement = known.get(text);
  if (!statement) known.set(text, (statement = database.prepare(text)));
  return statement as Database.Statement<unknown[], Row>;
}

function migrate(database: Database.Database, path: string, migrations: readonly Migration[]): void {
  if (version(database) === migrations.length) return;
  database
    .transaction(() => {
      const found = version(database);
      if (found > migrations.length) {
        throw new UserError("storage", `${basename(path)} was written by a newer PAIOS (schema ${found}, this one knows ${migrations.length}). It was not touched. Update PAIOS, or point PAIOS_HOME elsewhere.`);
      }
      if (found > 0 && found < migrations.length) backup(path, `before-schema-${migrations.length}`);
      for (const step of migrations.slice(found)) {
        if (typeof step === "string") database.exec(step);
        else step(database);
      }
      database.pragma(`user_version = ${migrations.length}`);
    })
    .immediate();
}

function version(database: Database.Database): number {
  return Number(database.pragma("user_version", { simple: true }));
}

/**
 * Writes a consistent copy of a database to `<its folder>/backups/<time>-<label>/` and returns the copy's path.
 * Others may read and write meanwhile. The newest five of a label are kept.
 */
export function backup(path: string, label: string): string {
  return explained(path, () => {
    const backups = join(dirname(path), "backups");
    const name = `${basename(path, ".sqlite")}-${label}`;
    const folder = newestFolder(backups, name);
    const target = join(folder, basename(path));
    const source = new Database(path, { readonly: true, timeout: 5_000 });
    try {
      source.prepare("VACUUM INTO ?").run(`${target}.part`);
      renameSync(`${target}.part`, target);
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    } finally {
      source.close();
    }
    const same = listFolder(backups).filter((entry) => entry.endsWith(`-${name}`)).sort();
    // What a crash left unfinished counts for nothing.
    const oldestKept = same.filter((entry) => existsSync(join(backups, entry, basename(path)))).at(-keptBackups) ?? "";
    for (const entry of same.filter((each) => each < oldestKept)) rmSync(join(backups, entry), { recursive: true, force: true });
    return target;
  });
}

/** The backups of a database, newest first: path, epoch ms, bytes. */
export function listBackups(path: string): { path: string; time: number; bytes: number }[] {
  const backups = join(dirname(path), "backups");
  return listFolder(backups)
    .sort()
    .reverse()
    .map((entry) => join(backups, entry, basename(path)))
    .filter((file) => existsSync(file))
    .map((file) => ({ path: file, time: statSync(file).mtimeMs, bytes: statSync(file).size }));
}

/**
 * Puts the backup `from` in the place of a database, through SQLite itself, so that processes that have it open see
 * the restored content and not a swapped file. A damaged or missing database is set aside first.
 */
export async function restore(path: string, from: string): Promise<void> {
  if (!existsSync(from)) throw new UserError("not_found", `There is no backup ${from}.`);
  const staging = `${path}.restoring`;
  try {
    removeWithCompanions(staging);
    await stage(from, staging);
    if (existsSync(path) && !isOpenable(path)) setAside(path);
    const staged = new Database(staging);
    try {
      await staged.backup(path);
    } finally {
      staged.close();
    }
  } catch (error) {
    throw explain(path, error);
  } finally {
    removeWithCompanions(staging);
  }
}

async function stage(from: string, staging: string): Promise<void> {
  const source = new Database(from, { readonly: true });
  try {
    if (!isSound(source)) throw new UserError("storage", `The backup ${from} is damaged itself; choose an older one.`);
    await source.backup(staging);
  } finally {
    source.close();
  }
}

function removeWithCompanions(path: string): void {
  for (const suffix of ["", "-wal", "-shm", "-journal"]) rmSync(path + suffix, { force: true });
}

/** Renames a database and its companions to `<name>.aside-<time>` and returns the new path. Nothing is deleted. */
export function setAside(path: string): string {
  const aside = `${path}.aside-${new Date().toISOString().replace(/[:.]/g, "-")}`;
  for (const suffix of ["-wal", "-shm", ""]) {
    if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
  }
  return aside;
}

/** SQLite's own check of the whole file. */
export function isSound(database: Database.Database): boolean {
  try {
    return database.pragma("integrity_check(1)", { simple: true }) === "ok";
  } catch {
    return false;
  }
}

function isOpenable(path: string): boolean {
  try {
    const database = new Database(path, { readonly: true });
    try {
      return database.pragma("quick_check(1)", { simple: true }) === "ok";
    } finally {
      database.close();
    }
  } catch {
    return false;
  }
}

/** Folds the write-ahead log into the file; for idle moments. Gives up at once when somebody reads. */
export function checkpoint(database: Database.Database): void {
  database.pragma("busy_timeout = 0");
  try {
    database.pragma("wal_checkpoint(TRUNCATE)");
  } finally {
    database.pragma("busy_timeout = 5000");
  }
}

/** Runs database work; turns SQLite's and the file system's failures into a `UserError` that names the next step. */
export function explained<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw explain(path, error);
  }
}

/** The `UserError` for a storage failure; any other error unchanged. */
export function explain(path: string, error: unknown): unknown {
  const reason = reasons.find(([pattern]) => pattern.test(errorCode(error)))?.[1];
  return reason && !(error instanceof UserError) ? new UserError("storage", reason(path), { cause: error }) : error;
}

const reasons: [RegExp, (path: string) => string][] = [
  [/^SQLITE_(CORRUPT|NOTADB)/, (path) => `${path} is damaged. Nothing was deleted. Next: ${afterDamage(path)}`],
  [/^(SQLITE_FULL|ENOSPC|EDQUOT)/, (path) => `The disk that holds ${path} is full; nothing was stored. Free some space and try again.`],
  [/^(SQLITE_READONLY|EROFS)/, (path) => `${path} cannot be written: the file or its folder is read-only. Check its permissions, or set PAIOS_HOME to a folder of yours.`],
  [/^(SQLITE_CANTOPEN|SQLITE_PERM|EACCES|EPERM)/, (path) => `${path} cannot be opened: no permission, or its folder cannot be written. Check its permissions, or set PAIOS_HOME to a folder of yours.`],
  [/^SQLITE_(BUSY|LOCKED|PROTOCOL)/, (path) => `${path} was locked by another process for over 5 s. Try again; \`ai kb status\` shows who has it open.`],
  [/^(SQLITE_IOERR|EIO)/, (path) => `The disk failed while ${path} was read or written (I/O error); what was not acknowledged is not stored. Check the disk, then try again.`],
  [/^(ENOTDIR|EEXIST|SQLITE_ERROR_UNABLE)/, (path) => `${dirname(path)} is not a folder. Set PAIOS_HOME to a folder of yours.`],
];

/** Only the knowledge base has commands of its own for it yet. */
function afterDamage(path: string): string {
  if (basename(path) === "kb.sqlite") return "`ai kb restore` brings back the newest backup, `ai kb set-aside` renames the file and starts empty.";
  return "rename the file, and it starts empty; `backups/` beside it may hold an older one.";
}
