import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { run } from "@paios/shared/process";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { expect, it } from "vitest";
import { freshEnvironment, root } from "./environment.ts";

it("a fresh clone in an empty home starts, answers with sources, and the second start changes nothing", { timeout: 400_000 }, async () => {
  using folder = temporaryFolder("paios-fresh-");
  const clone = join(folder.path, "clone");
  const home = join(folder.path, "home");
  execFileSync("git", ["clone", "--quiet", "--depth", "1", `file://${root}`, clone]);
  mkdirSync(home);

  const start = () => run({ command: "npx", args: ["-y", "pnpm@12", "start"], cwd: clone, env: freshEnvironment(home), timeoutMs: 300_000, outputBytes: 4_000_000 });
  const first = await start();
  const text = first.stdout.toString("utf8");
  expect({ code: first.code, text }, first.stderr).toMatchObject({ code: 0, text: expect.stringMatching(/new, 0 changed, 0 as before[\s\S]*kb \d+\.\d+\.\d+: \d+ tools[\s\S]*README\.md[\s\S]*Next:/) as string });

  const started = performance.now();
  const second = (await start()).stdout.toString("utf8");
  expect(second).toMatch(/: 0 new, 0 changed, \d+ as before/);
  expect(performance.now() - started).toBeLessThan(60_000);
  expect(execFileSync("git", ["status", "--porcelain"], { cwd: clone, encoding: "utf8" })).toBe("");
});
