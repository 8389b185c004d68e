import { copyFileSync, existsSync, readFileSync, statSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { migrations } from "@paios/kb-server";
import { backup, openDatabase } from "@paios/shared/sqlite";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { databaseFindings } from "./databases.ts";
import { openElsewhere } from "./open-elsewhere.ts";

const schema = migrations.length;
const check = "database kb.sqlite";

describe("databaseFindings", () => {
  it("finds nothing in a home without databases, and makes none", () => {
    using home = temporaryFolder();
    writeFileSync(join(home.path, "kb.sqlite"), "");
    expect([databaseFindings(home.path, false), statSync(join(home.path, "kb.sqlite")).size, existsSync(join(home.path, "observability.sqlite"))]).toEqual([[], 0, false]);
  });

  it("DATA-01 says that a database is sound, in WAL and of this schema", () => {
    using home = temporaryFolder();
    knowledge(home.path);
    expect(databaseFindings(home.path, true)).toEqual([{ check, status: "ok", detail: expect.stringMatching(new RegExp(`^\\d+ KB, WAL, schema ${schema}, sound$`)) as string }]);
  });

  it("says that an older schema is migrated at the next use, and does not migrate it", () => {
    using home = temporaryFolder();
    const path = knowledge(home.path, schema - 1);
    const [finding] = databaseFindings(home.path, false);
    expect([finding?.status, finding?.detail, versionOf(path)]).toEqual(["ok", expect.stringContaining(`schema ${schema - 1} becomes ${schema} at the next use`), schema - 1]);
  });

  it("fails for a schema that is newer than this PAIOS", () => {
    using home = temporaryFolder();
    const path = knowledge(home.path);
    withDatabase(path, (database) => database.pragma(`user_version = ${schema + 1}`));
    expect(databaseFindings(home.path, false)).toEqual([{ check, status: "fail", detail: `Schema ${schema + 1} is newer than this PAIOS knows (${schema}).`, fix: "Update PAIOS: get the new source, then ai update" }]);
  });

  it("fails for a damaged database, and leaves it as it is", () => {
    using home = temporaryFolder();
    const path = knowledge(home.path);
    const bytes = readFileSync(path);
    // The pages of the tables, not the first one, which says that it is a database.
    bytes.fill(0xa5, 4_096, 40_000);
    writeFileSync(path, bytes);
    expect(databaseFindings(home.path, false)).toEqual([{ check, status: "fail", detail: "It is damaged. Nothing was deleted.", fix: "ai kb restore brings back the newest backup" }]);
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  it("fails for a file that is no database, and names the fix of that one", () => {
    using home = temporaryFolder();
    writeFileSync(join(home.path, "observability.sqlite"), "this is a note and no database\n".repeat(100));
    expect(databaseFindings(home.path, false)).toMatchObject([{ check: "database observability.sqlite", status: "fail", fix: expect.stringContaining("Rename observability.sqlite") as string }]);
  });

  it("DATA-01 turns the write-ahead log on where it is off", async () => {
    using home = temporaryFolder();
    const path = knowledge(home.path);
    withDatabase(path, (database) => database.pragma("journal_mode = DELETE"));
    const [finding] = databaseFindings(home.path, false);
    expect(finding).toMatchObject({ status: "warn", detail: "It has no write-ahead log (WAL).", fix: "--fix turns it on" });
    await finding?.repair?.();
    expect(databaseFindings(home.path, false)).toMatchObject([{ status: "ok" }]);
  });

  it("folds a write-ahead log that grew large into the file", async () => {
    using home = temporaryFolder();
    const path = knowledge(home.path);
    await using holder = await openElsewhere(path, "CREATE TABLE grown (x)");
    truncateSync(`${path}-wal`, 65 * 1024 * 1024);
    const [finding] = databaseFindings(home.path, false);
    expect(finding).toMatchObject({ status: "warn", detail: expect.stringMatching(new RegExp(`^Its write-ahead log has 65 MB.*Open in: ${holder.pid} `)) as string });
    await finding?.repair?.();
    expect([databaseFindings(home.path, false)[0]?.status, statSync(`${path}-wal`).size]).toEqual(["ok", 0]);
    expect(withDatabase(path, (database) => database.prepare("SELECT count(*) AS n FROM grown").get())).toEqual({ n: 0 });
  });

  it("names the process that holds a lock, by number and command, also behind a link to the home", async () => {
    using home = temporaryFolder();
    using links = temporaryFolder();
    const path = knowledge(home.path);
    symlinkSync(home.path, join(links.path, "home"));
    await using holder = await openElsewhere(path, "BEGIN IMMEDIATE");
    for (const place of [home.path, join(links.path, "home")]) {
      expect(databaseFindings(place, false)).toEqual([{ check, status: "warn", detail: `Locked for over 300 ms. Open in: ${holder.pid} (${process.execPath} ${path}).`, fix: "Wait, or end that process by its number" }]);
    }
  });

  it("reads a backup's copy as well as the database itself", () => {
    using home = temporaryFolder();
    using other = temporaryFolder();
    copyFileSync(backup(knowledge(home.path), "test"), join(other.path, "kb.sqlite"));
    expect(databaseFindings(other.path, true)).toMatchObject([{ status: "warn", detail: "It has no write-ahead log (WAL)." }]);
  });
});

function knowledge(home: string, steps = schema): string {
  const path = join(home, "kb.sqlite");
  openDatabase({ path, migrations: migrations.slice(0, steps) }).close();
  return path;
}

function versionOf(path: string): unknown {
  return withDatabase(path, (database) => database.pragma("user_version", { simple: true }));
}

function withDatabase<T>(path: string, work: (database: Database.Database) => T): T {
  const database = new Database(path);
  try {
    return work(database);
  } finally {
    database.close();
  }
}
