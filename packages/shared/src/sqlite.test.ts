import { existsSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { UserError } from "./errors.ts";
import { backup, checkpoint, explain, isSound, listBackups, openDatabase, restore, setAside, sql } from "./sqlite.ts";
import { temporaryFolder } from "./testing/temporary.ts";

const migrations = ["CREATE TABLE note(id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT"];

let folder: ReturnType<typeof temporaryFolder>;
let path: string;

beforeEach(() => {
  folder = temporaryFolder();
  path = join(folder.path, "home", "test.sqlite");
});

afterEach(() => {
  vi.useRealTimers();
  folder[Symbol.dispose]();
});

function open(steps: Parameters<typeof openDatabase>[0]["migrations"] = migrations): Database.Database {
  return openDatabase({ path, migrations: steps });
}

function add(database: Database.Database, text: string): void {
  sql(database, "INSERT INTO note(text) VALUES (?)").run(text);
}

function notes(database: Database.Database): unknown[] {
  return sql(database, "SELECT text FROM note ORDER BY id").pluck().all();
}

/** Overwrites a page of a closed database. */
function damage(file: string, page: number): void {
  writeSync(openSync(file, "r+"), Buffer.alloc(4_096, 0xa5), 0, 4_096, page * 4_096);
}

const aside = () => readdirSync(join(folder.path, "home")).filter((name) => name.includes(".aside-"));

describe("openDatabase", () => {
  it("DATA-01 WAL, a busy timeout of 5 s, foreign keys", () => {
    const database = open();
    const pragma = (name: string) => database.pragma(name, { simple: true });
    expect({ mode: pragma("journal_mode"), busy: pragma("busy_timeout"), keys: pragma("foreign_keys"), trusted: pragma("trusted_schema"), version: pragma("user_version") }).toEqual({ mode: "wal", busy: 5_000, keys: 1, trusted: 0, version: 1 });
    checkpoint(database);
    expect(pragma("busy_timeout")).toBe(5_000);
  });

  it("takes each step once, in order, with a backup before", () => {
    const first = open();
    add(first, "one");
    first.close();
    const steps = [...migrations, "ALTER TABLE note ADD COLUMN length INTEGER", (database: Database.Database) => void database.exec("UPDATE note SET length = length(text)")];
    for (let n = 0; n < 2; n++) {
      const database = open(steps);
      expect(database.prepare("SELECT text, length FROM note").all()).toEqual([{ text: "one", length: 3 }]);
      database.close();
    }
    const backups = listBackups(path);
    expect(backups.map((each) => each.path)).toEqual([expect.stringMatching(/-test-before-schema-3\/test\.sqlite$/) as string]);
    expect(new Database(backups[0]?.path ?? "", { readonly: true }).pragma("user_version", { simple: true })).toBe(1);
  });

  it("leaves everything as it was when a step fails", () => {
    const first = open();
    add(first, "one");
    first.close();
    expect(() => open([...migrations, "ALTER TABLE note ADD COLUMN length INTEGER", "INSERT INTO missing VALUES (1)"])).toThrow("no such table");
    const again = open();
    expect([notes(again), again.prepare("PRAGMA table_info(note)").all().length]).toEqual([["one"], 2]);
  });

  it("refuses a newer database and does not touch it", () => {
    open([...migrations, "SELECT 1"]).close();
    const before = readFileSync(path);
    expect(() => open()).toThrow(new UserError("storage", "test.sqlite was written by a newer PAIOS (schema 2, this one knows 1). It was not touched. Update PAIOS, or point PAIOS_HOME elsewhere."));
    expect(readFileSync(path)).toEqual(before);
    expect(existsSync(join(folder.path, "home", "backups"))).toBe(false);
  });

  it("fills an empty file, as placeholders are", () => {
    mkdirSync(join(folder.path, "home"));
    writeFileSync(path, "");
    expect(notes(open())).toEqual([]);
  });
});

describe("backup", () => {
  it("holds what was committed, while others write, and is sound", () => {
    const database = open();
    for (let n = 0; n < 100; n++) add(database, `note ${n}`);
    database.exec("BEGIN IMMEDIATE; INSERT INTO note(text) VALUES ('not yet')");
    const copy = new Database(backup(path, "manual"), { readonly: true });
    expect([isSound(copy), copy.prepare("SELECT count(*) FROM note").pluck().get()]).toEqual([true, 100]);
  });

  it("keeps the newest five of a label, in the order they were made, whatever the clock did", () => {
    const database = open();
    vi.useFakeTimers({ toFake: ["Date"] });
    backup(path, "other");
    const made = [2_030, 2_026, 2_099, 2_001, 2_026, 2_026, 2_026].map((year, n) => {
      vi.setSystemTime(Date.UTC(year, 0, 1));
      add(database, `note ${n}`);
      return backup(path, "manual");
    });
    const kept = listBackups(path).map((each) => each.path);
    expect(kept.slice(0, 5)).toEqual(made.slice(-5).reverse());
    expect(kept).toHaveLength(6);
  });

  it("does not count what a crash left unfinished", () => {
    open().close();
    const good = backup(path, "manual");
    const backups = join(folder.path, "home", "backups");
    for (let n = 0; n < 8; n++) {
      const unfinished = join(backups, `2099-01-01T00-00-0${n}-000Z-test-manual`);
      mkdirSync(unfinished);
      writeFileSync(join(unfinished, "test.sqlite.part"), "half");
    }
    const newer = backup(path, "manual");
    expect(listBackups(path).map((each) => each.path)).toEqual([newer, good]);
    for (let n = 0; n < 6; n++) backup(path, "manual");
    expect(readdirSync(backups)).toHaveLength(5);
  });

  it("leaves nothing behind when it fails", () => {
    open().close();
    damage(path, 0);
    expect(() => backup(path, "manual")).toThrow(/is damaged\. Nothing was deleted/);
    expect(readdirSync(join(folder.path, "home", "backups"))).toEqual([]);
  });
});

describe("restore", () => {
  it("KB-03 is seen by those who have the database open, and they can go on", async () => {
    const reader = open();
    add(reader, "one");
    const copy = backup(path, "manual");
    add(reader, "two");
    await restore(path, copy);
    expect(notes(reader)).toEqual(["one"]);
    add(reader, "three");
    expect([notes(open()), isSound(reader), reader.pragma("journal_mode", { simple: true })]).toEqual([["one", "three"], true, "wal"]);
    expect(aside()).toEqual([]);
  });

  it.each([0, 1])("sets a damaged database aside (page %i) and puts the backup there", async (page) => {
    const database = open();
    for (let n = 0; n < 200; n++) add(database, "one ".repeat(50));
    const copy = backup(path, "manual");
    database.close();
    damage(path, page);
    const damaged = readFileSync(path);
    await restore(path, copy);
    expect(notes(open())).toHaveLength(200);
    const [kept] = aside();
    expect(readFileSync(join(folder.path, "home", kept ?? ""))).toEqual(damaged);
  });

  it("refuses a damaged backup, and one that is not there, and leaves everything as it is", async () => {
    const database = open();
    add(database, "one");
    const copy = backup(path, "manual");
    damage(copy, 0);
    await expect(restore(path, copy)).rejects.toMatchObject({ code: "storage", message: `The backup ${copy} is damaged itself; choose an older one.` });
    await expect(restore(path, `${copy}x`)).rejects.toMatchObject({ code: "not_found" });
    expect([notes(database), aside(), existsSync(`${path}.restoring`)]).toEqual([["one"], [], false]);
  });

  it("is not disturbed by what a killed one left", async () => {
    const database = open();
    add(database, "one");
    const copy = backup(path, "manual");
    for (const suffix of ["", "-wal", "-shm", "-journal"]) writeFileSync(`${path}.restoring${suffix}`, "half a file ".repeat(1_000));
    await restore(path, copy);
    expect([notes(database), existsSync(`${path}.restoring-wal`)]).toEqual([["one"], false]);
  });
});

it("setAside renames all of it, and what is opened next starts empty", () => {
  const database = open();
  add(database, "one");
  const kept = setAside(path);
  const next = open();
  add(next, "two");
  // Whoever still has the old one open writes there, and its end does not touch the new one's log.
  add(database, "late");
  database.close();
  add(next, "three");
  expect([notes(next), notes(new Database(kept)), notes(open())]).toEqual([["two", "three"], ["one", "late"], ["two", "three"]]);
});

describe("explain", () => {
  const withCode = (code: string) => Object.assign(new Error("foreign text"), { code });

  it.each([
    ["SQLITE_CORRUPT", "is damaged"],
    ["SQLITE_CORRUPT_VTAB", "is damaged"],
    ["SQLITE_NOTADB", "is damaged"],
    ["SQLITE_FULL", "is full"],
    ["ENOSPC", "is full"],
    ["SQLITE_READONLY_DIRECTORY", "cannot be written"],
    ["EROFS", "cannot be written"],
    ["SQLITE_CANTOPEN", "cannot be opened"],
    ["EACCES", "cannot be opened"],
    ["SQLITE_BUSY_SNAPSHOT", "was locked"],
    ["SQLITE_PROTOCOL", "was locked"],
    ["SQLITE_IOERR_FSYNC", "The disk failed"],
    ["ENOTDIR", "is not a folder"],
  ])("%s is a UserError that names the file", (code, fact) => {
    const error = explain("/home/kb.sqlite", withCode(code));
    expect(error).toMatchObject({ name: "UserError", code: "storage", message: expect.stringContaining(fact) as string });
    expect(String(error)).toContain("/home");
    expect(String(error)).not.toContain("foreign text");
  });

  it("leaves other errors as they are", () => {
    for (const error of [withCode("SQLITE_ERROR"), withCode("SQLITE_CONSTRAINT"), new UserError("refused", "no"), new TypeError("x"), "text"]) expect(explain("/kb.sqlite", error)).toBe(error);
  });

  it("a home that is a file, or below one", () => {
    writeFileSync(join(folder.path, "home"), "");
    expect(() => open()).toThrow(`${join(folder.path, "home")} is not a folder. Set PAIOS_HOME to a folder of yours.`);
  });
});
