import { execFileSync } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { expect, it } from "vitest";
import { pruneStore } from "../../apps/heartbeat/src/prune/prune.ts";
import { sessionStores } from "../../apps/heartbeat/src/prune/stores.ts";
import { generateStore } from "../../apps/heartbeat/src/testing/session-store.ts";

const megabyte = 1_048_576;

it("LOG-03 467 MB in 3,787 files with an index of 29 MB are pruned by rules while a reader is open, after a dry run, and come back", { timeout: 60_000 }, async () => {
  using folder = temporaryFolder();
  const now = Date.now();
  const home = join(folder.path, "paios");
  const { paths, index } = generateStore(folder.path, { count: 3_787, bytes: Math.round((438 * megabyte) / 3_787), entries: 2_255, entryBytes: 13_000, now });
  expect([paths.length, Math.round(statSync(index).size / 1e6)]).toEqual([3_787, 30]);
  const store = sessionStores({ OPENCLAW_STATE_DIR: folder.path }).find(({ name }) => name === "openclaw");
  if (!store) throw new Error("no store");
  const read = paths.at(-1) ?? "";
  const reader = openSync(read, "r");
  const options = { home, now, signal: new AbortController().signal };
  const rule = { olderThanDays: 300, maxMegabytes: 300, keepDays: 30 };
  const dry = await pruneStore(store, rule, { ...options, dryRun: true });
  expect(paths.every((path) => existsSync(path))).toBe(true);

  const real = await pruneStore(store, rule, { ...options, dryRun: false });
  closeSync(reader);
  expect(real.plan).toEqual(dry.plan);
  expect([real.plan.open, real.removed]).toEqual([1, dry.plan.files.length]);
  const left = paths.filter((path) => existsSync(path));
  const bytes = left.reduce((sum, path) => sum + statSync(path).size, 0);
  expect([left.includes(read), bytes <= 301 * megabyte, left.length + real.removed]).toEqual([true, true, 3_787]);
  const entries = JSON.parse(readFileSync(index, "utf8")) as Record<string, { sessionFile: string }>;
  expect(Object.values(entries).filter(({ sessionFile }) => !existsSync(sessionFile))).toEqual([]);
  expect(Object.keys(entries).length + real.entries).toBe(2_255);

  const gone = dry.plan.files[0];
  execFileSync("tar", ["-xzPf", real.archive ?? ""]);
  expect(paths.every((path) => existsSync(path))).toBe(true);
  expect(statSync(gone?.path ?? "")).toMatchObject({ size: gone?.bytes, mtimeMs: gone?.changedMs });
});
