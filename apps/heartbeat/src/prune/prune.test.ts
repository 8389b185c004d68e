import { execFileSync } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { afterEach, beforeEach, expect, it } from "vitest";
import { generateStore } from "../testing/session-store.ts";
import { pruneStore } from "./prune.ts";
import { type SessionStore, sessionStores, type StoreName } from "./stores.ts";

const now = Date.UTC(2026, 10, 21, 12);
const dayMs = 86_400_000;
const signal = new AbortController().signal;
let folder: ReturnType<typeof temporaryFolder>;

beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

function store(name: StoreName): SessionStore {
  const found = sessionStores({ HOME: folder.path, OPENCLAW_STATE_DIR: folder.path }).find((each) => each.name === name);
  if (!found) throw new Error(name);
  return found;
}

const prune = (name: StoreName, rule: { olderThanDays?: number; maxMegabytes?: number }, dryRun = false) => pruneStore(store(name), { keepDays: 7, ...rule }, { home: join(folder.path, "paios"), now, signal, dryRun });

function put(path: string, days: number, text = "{}\n"): string {
  const file = join(folder.path, path);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, text);
  const time = new Date(now - days * dayMs);
  utimesSync(file, time, time);
  return file;
}

it("a dry run names the same files and touches nothing; the archive brings every file back with its time", async () => {
  const { paths, index } = generateStore(folder.path, { count: 100, bytes: 4_000, entries: 60, entryBytes: 500, now });
  const before = new Map([...paths, index].map((path) => [path, readFileSync(path, "utf8")]));
  const times = new Map(paths.map((path) => [path, statSync(path).mtimeMs]));
  const dry = await prune("openclaw", { olderThanDays: 180 }, true);
  expect([dry.removed, dry.archive, paths.every((path) => existsSync(path))]).toEqual([0, undefined, true]);
  const real = await prune("openclaw", { olderThanDays: 180 });
  expect(real.plan).toEqual(dry.plan);
  const gone = paths.filter((path) => !existsSync(path));
  expect([real.removed, gone]).toEqual([dry.plan.files.length, paths.slice(50)]);
  const left = JSON.parse(readFileSync(index, "utf8")) as Record<string, { sessionFile: string }>;
  expect(Object.values(left).map(({ sessionFile }) => sessionFile)).toEqual(paths.slice(0, 50));
  expect([real.entries, Object.keys(left).length]).toEqual([10, 50]);
  execFileSync("tar", ["-xzPf", real.archive ?? ""]);
  expect(new Map([...paths, index].map((path) => [path, readFileSync(path, "utf8")]))).toEqual(before);
  for (const path of gone) expect(statSync(path).mtimeMs).toBe(times.get(path));
  expect(statSync(real.archive ?? "").mode & 0o077).toBe(0);
});

it("too large a store loses its oldest, but nothing younger than the rule keeps", async () => {
  const { paths } = generateStore(folder.path, { count: 100, bytes: 50_000, entries: 0, entryBytes: 0, now });
  const { plan } = await prune("openclaw", { maxMegabytes: 1 }, true);
  expect(plan.total.bytes - plan.bytes).toBeLessThanOrEqual(1_048_576);
  expect(plan.files.map(({ path }) => path).sort()).toEqual(paths.slice(-plan.files.length).sort());
  const { plan: all } = await pruneStore(store("openclaw"), { keepDays: 300, maxMegabytes: 1 }, { home: folder.path, now, signal, dryRun: true });
  expect(all.files).toHaveLength(17);
});

it.runIf(process.platform === "linux")("what a process has open stays", async () => {
  const { paths } = generateStore(folder.path, { count: 10, bytes: 1_000, entries: 0, entryBytes: 0, now });
  const open = openSync(paths[9] ?? "", "r");
  const { plan, removed } = await prune("openclaw", { olderThanDays: 30 });
  closeSync(open);
  expect([plan.open, removed, existsSync(paths[9] ?? "")]).toEqual([1, plan.files.length, true]);
});

it("of Claude only sessions, of Codex only rollouts: what else is there is a person's", async () => {
  const id = "132e712f-c8e1-40ca-a2bf-2dc636a8280b";
  const theirs = [".claude/projects/-p/memory/MEMORY.md", ".claude/projects/-p/notes.jsonl", ".claude/settings.json", ".codex/config.toml", ".codex/sessions/notes.txt", ".codex/auth.json"].map((path) => put(path, 400));
  const sessions = [`.claude/projects/-p/${id}.jsonl`, `.claude/projects/-p/${id}/subagents/agent-a.jsonl`, `.codex/sessions/2025/01/02/rollout-2025-01-02T00-00-00-${id}.jsonl`, ".codex/archived_sessions/rollout-x.jsonl.zst"].map((path) => put(path, 400));
  const young = put(`.claude/projects/-p/232e712f-c8e1-40ca-a2bf-2dc636a8280b.jsonl`, 3);
  symlinkSync(join(folder.path, ".codex"), join(folder.path, ".claude/projects/link"));
  await prune("claude", { olderThanDays: 90 });
  await prune("codex", { olderThanDays: 90 });
  expect([theirs, [young], sessions].map((paths) => paths.map((path) => existsSync(path)))).toEqual([theirs.map(() => true), [true], sessions.map(() => false)]);
});

it("an index that is locked or no index at all is left as it is", async () => {
  const { index } = generateStore(folder.path, { count: 10, bytes: 1_000, entries: 10, entryBytes: 10, now });
  const before = readFileSync(index, "utf8");
  writeFileSync(`${index}.lock`, "");
  expect(await prune("openclaw", { olderThanDays: 300 })).toMatchObject({ removed: 1, entries: 0 });
  expect(readFileSync(index, "utf8")).toBe(before);
});

it("without an archive nothing is removed", async () => {
  const { paths } = generateStore(folder.path, { count: 10, bytes: 1_000, entries: 0, entryBytes: 0, now });
  writeFileSync(join(folder.path, "paios"), "a file where the home should be");
  await expect(prune("openclaw", { olderThanDays: 30 })).rejects.toThrow();
  expect(paths.every((path) => existsSync(path))).toBe(true);
});
