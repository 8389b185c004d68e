import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { expect, it } from "vitest";
import { articles } from "../../bench/corpus.ts";
import { manyProcesses } from "./many-processes.ts";
import { aiJson, environment, faultsOf, query } from "./rig.ts";

it("INFRA-04 eight processes add, update, search and forget in one home: nothing is locked, nothing is lost", async () => {
  using folder = temporaryFolder();
  const { calls, adds, p99Ms, slowestMs, ...wrong } = await manyProcesses(folder.path, { servers: 6, clis: 2, seconds: 8 });
  expect(wrong).toEqual({ failures: [], lost: [], faults: [] });
  expect(calls).toBeGreaterThan(200);
  expect(adds).toBeGreaterThan(50);
  expect(p99Ms).toBeLessThan(2_000);
  expect(slowestMs).toBeLessThan(5_000);
});

it("INFRA-04 four imports of the same folder at once store each file once, and so do four of its next state", async () => {
  using folder = temporaryFolder();
  const home = join(folder.path, "paios");
  const notes = join(folder.path, "notes");
  const env = environment(folder.path, home);
  mkdirSync(notes);
  for (const state of ["first", "second"]) {
    for (const [n, { title, text }] of [...articles(400, 11)].entries()) writeFileSync(join(notes, `${n}.md`), `# ${title}\n\n${text}\n${n % 2 ? state : ""} ${n % 50 === 1 ? `${state} of long articles. `.repeat(3_000) : ""}`);
    await Promise.all(Array.from({ length: 4 }, () => aiJson(env, ["kb", "import", notes])));
    expect(query(home, "SELECT count(*) AS articles, count(DISTINCT location) AS files, max(version) AS version FROM article JOIN source ON article_id = article.id WHERE state = 'live'")).toEqual([{ articles: 400, files: 400, version: state === "first" ? 1 : 2 }]);
    expect(faultsOf(home)).toEqual([]);
  }
  expect(await aiJson(env, ["kb", "import", notes])).toMatchObject({ unchanged: 400, added: 0, updated: 0 });
});
