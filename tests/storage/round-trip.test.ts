import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { afterEach, beforeEach, expect, it } from "vitest";
import { articles, questions } from "../../bench/corpus.ts";
import { aiJson, configText, type Environment, environment, faultsOf, startKb } from "./rig.ts";

interface Found {
  id: number;
  title: string;
  score: number;
}

const limit = 10;

let folder: ReturnType<typeof temporaryFolder>;

beforeEach(() => {
  folder = temporaryFolder();
});

afterEach(() => folder[Symbol.dispose]());

function newHome(name: string): { home: string; env: Environment } {
  const home = join(folder.path, name);
  mkdirSync(home);
  writeFileSync(join(home, "paios.json"), configText);
  return { home, env: environment(folder.path, home) };
}

async function search(env: Environment): Promise<Found[][]> {
  const kb = await startKb(env);
  const answers: Found[][] = [];
  for (const query of questions(40, 6)) {
    const { results } = await kb.ok("kb_search", { query, limit });
    answers.push((results as Found[]).map(({ id, title, score }) => ({ id, title, score })));
  }
  await kb.stop();
  return answers;
}

async function fill(env: Environment): Promise<void> {
  const kb = await startKb(env);
  for (const { title, text } of articles(250, 8)) await kb.ok("kb_add", { title, text, project: "trip" });
  await kb.stop();
}

/** Titles with their scores. Equal scores are in the order of ids, which an import gives anew; the last may be cut there. */
function byScore(found: Found[]): [number, string][] {
  const last = found.length < limit ? undefined : found.at(-1)?.score;
  return found
    .filter(({ score }) => score !== last)
    .map(({ score, title }): [number, string] => [score, title])
    .toSorted(([a, first], [b, second]) => b - a || (first < second ? -1 : 1));
}

it("KB-03 after backup, changes and restore, every search finds the same articles in the same order", async () => {
  const { home, env } = newHome("paios");
  await fill(env);
  const before = await search(env);
  expect(before.filter((found) => found.length > 3).length).toBeGreaterThan(20);
  const { path } = await aiJson(env, ["kb", "backup"]);
  const kb = await startKb(env);
  for (let id = 1; id <= 250; id += 2) await kb.ok("kb_forget", { id });
  for (const { title, text } of articles(100, 9)) await kb.ok("kb_add", { title, text });
  await kb.stop();
  expect(await search(env)).not.toEqual(before);
  await aiJson(env, ["kb", "restore", String(path)]);
  expect(await search(env)).toEqual(before);
  expect(faultsOf(home)).toEqual([]);
  // DATA-01: what was restored is in WAL again (bytes 18 and 19 of the header) once it is used.
  expect([...readFileSync(join(home, "kb.sqlite")).subarray(18, 20)]).toEqual([2, 2]);
});

it("KB-03 what is exported and imported into an empty home is found by the same titles in the same order", async () => {
  const one = newHome("one");
  await fill(one.env);
  const before = await search(one.env);
  const target = join(folder.path, "export");
  expect(await aiJson(one.env, ["kb", "export", target])).toMatchObject({ articles: 250 });
  const two = newHome("two");
  expect(await aiJson(two.env, ["kb", "import", target])).toMatchObject({ added: 250, skipped: [] });
  const after = await search(two.env);
  expect(after.map(byScore)).toEqual(before.map(byScore));
});

it("KB-03 what was forgotten is found again after undo, as before", async () => {
  const { env } = newHome("paios");
  await fill(env);
  const before = await search(env);
  const kb = await startKb(env);
  for (let id = 1; id <= 250; id += 3) await kb.ok("kb_forget", { id });
  const { results } = await kb.ok("kb_search", { query: before[0]?.[0]?.title ?? "" });
  expect((results as Found[]).every(({ id }) => id % 3 !== 1)).toBe(true);
  for (let id = 1; id <= 250; id += 3) await kb.ok("kb_forget", { id, undo: true });
  await kb.stop();
  expect(await search(env)).toEqual(before);
});

it("DATA-01 every database that our programs make is in WAL", async () => {
  const { home, env } = newHome("paios");
  await aiJson(env, ["kb", "add", "A note", "Some text."]);
  const kb = await startKb(env);
  await kb.ok("kb_status", {});
  await kb.stop();
  const databases = execFileSync("find", [home, "-name", "*.sqlite"], { encoding: "utf8" }).trim().split("\n");
  expect(databases.map((path) => path.slice(home.length + 1)).toSorted()).toEqual(["kb.sqlite", "observability.sqlite"]);
  for (const path of databases) expect([path, ...readFileSync(path).subarray(18, 20)]).toEqual([path, 2, 2]);
  rmSync(home, { recursive: true });
});
