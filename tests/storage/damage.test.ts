import { closeSync, copyFileSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, statSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { seededRandom } from "@paios/shared/testing/random";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { articles } from "../../bench/corpus.ts";
import { aiJson, configText, digest, type Environment, environment, faultsOf, type RunningKb, startKb } from "./rig.ts";

const pageBytes = 4_096;

let folder: ReturnType<typeof temporaryFolder>;
let home: string;
let path: string;
let env: Environment;

beforeEach(() => {
  folder = temporaryFolder();
  home = join(folder.path, "paios");
  path = join(home, "kb.sqlite");
  env = environment(folder.path, home);
  mkdirSync(home);
  writeFileSync(join(home, "paios.json"), configText);
});

afterEach(() => folder[Symbol.dispose]());

const damaged = () => `${path} is damaged. Nothing was deleted. Next: \`ai kb restore\` brings back the newest backup, \`ai kb set-aside\` renames the file and starts empty.`;
const asides = () => readdirSync(home).filter((name) => /\.aside-[^.]*Z$/.test(name));

/** A knowledge base of some hundred articles, in one file, with nobody using it. */
async function filled(count = 300): Promise<void> {
  const kb = await startKb(env);
  for (const { title, text } of articles(count, 5)) await kb.ok("kb_add", { title, text });
  await kb.stop();
}

function overwrite(page: number, count = 1): void {
  const file = openSync(path, "r+");
  writeSync(file, Buffer.alloc(pageBytes * count, 0xa5), 0, pageBytes * count, page * pageBytes);
  closeSync(file);
}

async function failures(kb: RunningKb): Promise<string[]> {
  const calls = [["kb_list", { limit: 100 }], ["kb_search", { query: "what do we know about it" }], ["kb_add", { title: "new", text: `text ${Math.random()}` }], ["kb_update", { id: 2, tags: ["x"] }], ["kb_forget", { id: 3 }], ["kb_related", { id: 4 }], ["kb_status", {}], ...Array.from({ length: 20 }, (_, n) => ["kb_read", { id: 1 + n * 15 }] as const)] as const;
  const found: string[] = [];
  for (const [name, input] of calls) {
    const { failure } = await kb.call(name, input);
    if (failure !== undefined) found.push(failure);
  }
  return found;
}

describe("a damaged database", () => {
  it("REC-02 header gone: each call says so, the file stays, restore mends it under a running server", async () => {
    await filled(50);
    const before = await startKb(env);
    const listed = await before.ok("kb_list", { limit: 100 });
    await aiJson(env, ["kb", "backup"]);
    await before.stop();
    overwrite(0);
    const bytes = digest(path);
    const kb = await startKb(env);
    expect(new Set(await failures(kb))).toEqual(new Set([damaged()]));
    expect(await kb.ping()).toBe(true);
    expect([digest(path), asides()]).toEqual([bytes, []]);
    await aiJson(env, ["kb", "restore"]);
    expect(await kb.ok("kb_list", { limit: 100 })).toEqual(listed);
    await kb.ok("kb_add", { title: "after", text: "the restore" });
    expect(asides().map((name) => digest(join(home, name)))).toEqual([bytes]);
    await kb.stop();
    expect(faultsOf(home)).toEqual([]);
  });

  it("REC-02 pages gone under a running server: said, set aside, started empty, without a restart", async () => {
    await filled();
    const pages = statSync(path).size / pageBytes;
    const kb = await startKb(env);
    await kb.ok("kb_status", {});
    overwrite(Math.floor(pages / 4), Math.floor(pages / 2));
    const said = await failures(kb);
    expect(said.length).toBeGreaterThan(5);
    expect(said.filter((failure) => failure !== damaged() && !failure.startsWith("There is no article"))).toEqual([]);
    expect(await kb.ping()).toBe(true);
    const bytes = statSync(path).size;
    await aiJson(env, ["kb", "set-aside"]);
    expect(await kb.ok("kb_list", {})).toEqual({ articles: [] });
    const { id } = await kb.ok("kb_add", { title: "new", text: "the new beginning" });
    expect(id).toBe(1);
    expect(asides().map((name) => statSync(join(home, name)).size)).toEqual([bytes]);
    await kb.stop();
    expect(faultsOf(home)).toEqual([]);
  });

  it("any page gone: no call ends in an internal error, and the server lives", async () => {
    await filled();
    const whole = join(folder.path, "whole.sqlite");
    copyFileSync(path, whole);
    const pages = statSync(path).size / pageBytes;
    const random = seededRandom(3);
    const kb = await startKb(env);
    const wrong: string[] = [];
    for (let round = 0; round < 15; round++) {
      const page = 1 + random.below(pages - 1);
      await aiJson(env, ["kb", "set-aside"]);
      copyFileSync(whole, path);
      overwrite(page);
      for (const failure of await failures(kb)) if (failure !== damaged() && !failure.startsWith("There is no article")) wrong.push(`page ${page}: ${failure} ${kb.stderr().slice(-600)}`);
      if (!(await kb.ping())) wrong.push(`page ${page}: no answer to a ping`);
    }
    expect(wrong).toEqual([]);
    await kb.stop();
  });

  it("newer than this program: refused, not touched, served again when it fits", async () => {
    await filled(5);
    const version = (to: number) => {
      const database = new Database(path);
      const before = Number(database.pragma("user_version", { simple: true }));
      database.pragma(`user_version = ${to}`);
      database.pragma("wal_checkpoint(TRUNCATE)");
      database.close();
      return before;
    };
    const kb = await startKb(env);
    await kb.ok("kb_status", {});
    await kb.stop();
    const known = version(99);
    const bytes = readFileSync(path);
    const again = await startKb(env);
    for (const failure of await failures(again)) expect(failure).toMatch(/^kb\.sqlite was written by a newer PAIOS \(schema 99, this one knows \d+\)\. It was not touched\. Update PAIOS, or point PAIOS_HOME elsewhere\.$/);
    expect(await again.ping()).toBe(true);
    expect(readFileSync(path)).toEqual(bytes);
    expect(existsSync(join(home, "backups"))).toBe(false);
    version(known);
    expect((await again.ok("kb_list", {}))["articles"]).toHaveLength(5);
    await again.stop();
  });
});

describe("set aside or restored while servers run", () => {
  it("KB-03 what a server has acknowledged afterwards is in the new database, and two servers share it", async () => {
    await filled(10);
    const [one, two] = [await startKb(env), await startKb(env)];
    for (const kb of [one, two]) await kb.ok("kb_list", {});
    await aiJson(env, ["kb", "set-aside"]);
    const ids: unknown[] = [];
    for (let n = 0; n < 20; n++) for (const kb of [one, two]) ids.push((await kb.ok("kb_add", { title: `n ${ids.length}`, text: `text ${ids.length}` }))["id"]);
    expect(new Set(ids).size).toBe(40);
    await one.stop();
    for (const id of ids) await two.ok("kb_read", { id });
    await two.stop();
    expect(faultsOf(home)).toEqual([]);
  });

  it("KB-03 a restore among writers loses only what came after the backup, and leaves the database whole", async () => {
    await filled(50);
    await aiJson(env, ["kb", "backup"]);
    const kb = await startKb(env);
    const restored = aiJson(env, ["kb", "restore"]);
    const state = { done: false };
    void restored.finally(() => (state.done = true));
    // What the restore overtakes between its writing and its answer is gone, and says so.
    for (let n = 0; !state.done; n++) expect((await kb.call("kb_add", { title: "during", text: `during ${n}` })).failure ?? "").toMatch(/^$|There is no article/);
    const { before } = await restored;
    expect(String(before)).toContain("before-restore");
    const { id } = await kb.ok("kb_add", { title: "after", text: "the restore" });
    await kb.ok("kb_read", { id });
    for (let n = 1; n <= 50; n++) await kb.ok("kb_read", { id: n });
    await kb.stop();
    expect(faultsOf(home)).toEqual([]);
  });
});
