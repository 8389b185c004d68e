import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { applyChanges, listChanges, planChanges, rollback } from "@paios/shared/change";
import { scratchEnvironment, temporaryFolder } from "@paios/shared/testing/temporary";
import { expect, it } from "vitest";
import { start } from "../storage/rig.ts";
import { fixture, statesOf, writeOld } from "./fixture.ts";

const child = fileURLToPath(new URL("change-child.ts", import.meta.url));

it("DATA-02 three processes that change one file at once lose nothing of each other", async () => {
  using folder = temporaryFolder();
  const words = ["one", "two", "three"];
  const ended = await Promise.all(words.map((word) => start([child, folder.path, "append", word], scratchEnvironment(folder.path)).ended));
  expect(ended).toEqual(words.map(() => ({ code: 0, stdout: "", stderr: "" })));
  const lines = readFileSync(join(folder.path, "lines"), "utf8").trimEnd().split("\n");
  for (const word of words) expect(lines.filter((line) => line.startsWith(word))).toEqual([0, 1, 2, 3, 4].map((n) => `${word} ${n}`));
  expect(lines).toHaveLength(15);
  const { home, lock } = fixture(folder.path);
  expect([listChanges(home).length, existsSync(lock), existsSync(join(home, "backups/.change.lock"))]).toEqual([15, false, false]);
});

it("DATA-02 two processes that apply the same change at once make it once", async () => {
  using folder = temporaryFolder();
  writeOld(folder.path);
  const ended = await Promise.all([1, 2].map(() => start([child, folder.path, "apply"], scratchEnvironment(folder.path)).ended));
  expect(ended.map(({ code }) => code)).toEqual([0, 0]);
  const wrong: string[] = [];
  expect([statesOf(folder.path, wrong, "at the end"), wrong, listChanges(fixture(folder.path).home).length]).toEqual([["new", "new", "new", "new"], [], 1]);
});

it("DATA-02 a file of 2 MB is changed and put back byte for byte, in seconds", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "claude.json");
  const line = "    \"cachedEntry\": \"some text of a person's own – ünïcödé\",\r\n";
  const text = `\uFEFF{\r\n${line.repeat(33_000)}    "end": 1\r\n}`;
  writeFileSync(path, text);
  expect(statSync(path).size).toBeGreaterThan(2_000_000);
  const home = join(folder.path, "paios");
  const started = performance.now();
  const planned = planChanges([{ path, compute: (present = "") => present.replace('"end": 1', '"end": 2') }]);
  expect(planned.changes[0]?.diff.split("\n")).toHaveLength(11);
  await applyChanges(home, planned, { what: "setup" });
  expect(readFileSync(path).equals(Buffer.from(text.replace('"end": 1', '"end": 2')))).toBe(true);
  await rollback(home);
  expect(readFileSync(path).equals(Buffer.from(text))).toBe(true);
  expect(performance.now() - started).toBeLessThan(5_000);
});
