import { cpSync, copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { zstdCompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { claudeRow, codexLine, testTree, usage } from "../testing/tree.ts";
import { openRefresher } from "./refresh.ts";

const fixtures = join(import.meta.dirname, "../testing/fixtures");
const expected = JSON.parse(readFileSync(join(fixtures, "expected.json"), "utf8")) as Record<string, { totals: Record<string, number>; sessions: Record<string, { messages: number; outputTokens: number }> }>;
const project = ".claude/projects/-home-ada-garden";

describe("what the real programs wrote", () => {
  it.each([
    ["claude", ".claude"],
    ["codex", ".codex"],
    ["codex-legacy", ".codex"],
    ["openclaw", ".openclaw"],
  ])("%s: every token once, in its session", async (fixture, folder) => {
    await using tree = testTree();
    cpSync(join(fixtures, fixture), tree.path(folder), { recursive: true });
    await tree.refresh();
    const { totals, sessions } = expected[fixture] ?? { totals: {}, sessions: {} };
    const { messages, ...tokens } = totals;
    const [client] = Object.values(tree.by("client"));
    expect(client).toMatchObject({ requests: messages, ...Object.fromEntries(Object.entries(tokens).filter(([, count]) => count > 0)) });
    const found = tree.by("session");
    expect(Object.fromEntries(Object.entries(found).map(([session, { requests, outputTokens }]) => [session, { messages: requests, outputTokens }]))).toEqual(sessions);
    expect(tree.skipped()).toEqual([]);
  });

  it("a thread that was compressed, or archived, is the same thread", async () => {
    await using tree = testTree();
    cpSync(join(fixtures, "codex"), tree.path(".codex"), { recursive: true });
    await tree.refresh();
    const before = tree.by("session");
    const name = ".codex/sessions/2026/11/21/rollout-2026-11-21T17-07-51-01a1ff14-20c5-74a3-847a-4b87c653ec56.jsonl";
    writeFileSync(tree.path(`${name}.zst`), zstdCompressSync(readFileSync(tree.path(name))));
    // Both are there while it is being compressed.
    expect((await tree.refresh()).lines).toBe(0);
    rmSync(tree.path(name));
    expect((await tree.refresh()).lines).toBe(0);
    const other = "rollout-2026-11-21T17-08-49-01a1ff15-0373-7563-9517-8c368bee2acf.jsonl";
    renameSync(tree.path(`.codex/sessions/2026/11/21/${other}`), tree.path(`.codex/archived_sessions/${other}`));
    expect((await tree.refresh()).lines).toBe(0);
    expect(tree.by("session")).toEqual(before);
  });
});

describe("only what is new is read", () => {
  it("an unchanged tree costs no line, an appended file its new lines", async () => {
    await using tree = testTree();
    tree.write(`${project}/s1.jsonl`, claudeRow(), claudeRow());
    expect(await tree.refresh()).toMatchObject({ files: 1, changed: 1, lines: 2 });
    expect(await tree.refresh()).toMatchObject({ files: 1, changed: 0, lines: 0, bytes: 0 });
    const row = claudeRow();
    tree.append(`${project}/s1.jsonl`, row);
    expect(await tree.refresh()).toMatchObject({ changed: 1, lines: 1, bytes: JSON.stringify(row).length + 1 });
    expect(tree.by("client")).toMatchObject({ claude: { requests: 3, inputTokens: 30 } });
  });

  it("a half-written line waits for its other half; a whole one without its end does not", async () => {
    await using tree = testTree();
    const line = JSON.stringify(claudeRow());
    tree.write(`${project}/s1.jsonl`, claudeRow(), line.slice(0, 200));
    await tree.refresh();
    expect(tree.by("client")).toMatchObject({ claude: { requests: 1 } });
    tree.append(`${project}/s1.jsonl`, line.slice(200));
    await tree.refresh();
    expect(tree.by("client")).toMatchObject({ claude: { requests: 2 } });
    tree.append(`${project}/s1.jsonl`, "\n", claudeRow());
    await tree.refresh();
    expect(tree.by("client")).toMatchObject({ claude: { requests: 3 } });
    expect(tree.skipped()).toEqual([]);
  });

  it("a file that was cut, rewritten, replaced, renamed or touched counts nothing twice and loses nothing", async () => {
    await using tree = testTree();
    const name = `${project}/s1.jsonl`;
    const rows = [claudeRow(), claudeRow(), claudeRow()];
    tree.write(name, ...rows);
    await tree.refresh();
    truncateSync(tree.path(name), JSON.stringify(rows[0]).length + 1);
    await tree.refresh();
    expect(tree.by("client")).toMatchObject({ claude: { requests: 3 } });
    tree.write(name, claudeRow(), ...rows.slice(1), claudeRow());
    await tree.refresh();
    expect(tree.by("client")).toMatchObject({ claude: { requests: 5 } });
    copyFileSync(tree.path(name), tree.path(`${name}.copy`));
    renameSync(tree.path(`${name}.copy`), tree.path(name));
    expect((await tree.refresh()).lines).toBe(0);
    renameSync(tree.path(name), tree.path(`${project}/s2.jsonl`));
    expect((await tree.refresh()).lines).toBe(0);
    utimesSync(tree.path(`${project}/s2.jsonl`), 1, 1);
    expect((await tree.refresh()).lines).toBe(0);
    expect(tree.by("client")).toMatchObject({ claude: { requests: 5 } });
  });

  it("what a client deleted stays counted", async () => {
    await using tree = testTree();
    tree.write(`${project}/s1.jsonl`, claudeRow());
    await tree.refresh();
    rmSync(tree.path(".claude"), { recursive: true });
    await tree.refresh();
    expect(tree.by("client")).toMatchObject({ claude: { requests: 1 } });
  });
});

it("two that read at the same time count everything once", async () => {
  await using tree = testTree();
  for (let file = 0; file < 20; file++) tree.write(`${project}/s${file}.jsonl`, ...Array.from({ length: 300 }, () => claudeRow({ sessionId: `s${file}` })));
  const { default: Connection } = await import("better-sqlite3");
  const other = new Connection(tree.path("analytics.sqlite"), { timeout: 5_000 });
  try {
    const second = openRefresher(other, tree.environment);
    await Promise.all([tree.refresh(), second.refresh()]);
    expect(tree.by("client")).toEqual({ claude: { requests: 6_000, inputTokens: 60_000, outputTokens: 30_000, unpricedTokens: 90_000 } });
    tree.append(`${project}/s1.jsonl`, claudeRow());
    await second.refresh();
    await tree.refresh();
    expect(tree.by("client")).toMatchObject({ claude: { requests: 6_001 } });
  } finally {
    other.close();
  }
});

it("a stop in the middle keeps what is counted and goes on from there", async () => {
  await using tree = testTree();
  mkdirSync(tree.path(project), { recursive: true });
  tree.write(`${project}/s1.jsonl`, ...Array.from({ length: 30_000 }, () => claudeRow()));
  const controller = new AbortController();
  const cut = tree.refresh({ signal: controller.signal, progress: (done) => done > 0 && controller.abort() });
  await expect(cut).rejects.toThrow("abort");
  const { requests = 0 } = tree.by("client")["claude"] ?? {};
  expect(requests).toBeGreaterThan(0);
  expect(requests).toBeLessThan(30_000);
  const { lines } = await tree.refresh();
  expect(lines).toBe(30_000 - requests);
  expect(tree.by("client")).toMatchObject({ claude: { requests: 30_000 } });
});

it("small blocks of what was seen are joined, and forget nothing", async () => {
  await using tree = testTree();
  const rows = Array.from({ length: 80 }, () => claudeRow());
  for (const row of rows) {
    tree.append(`${project}/s1.jsonl`, row);
    await tree.refresh();
  }
  expect(tree.database.prepare("SELECT count(*) FROM seen").pluck().get()).toBeLessThan(64);
  tree.write(`${project}/s2.jsonl`, ...rows);
  tree.write(".codex/sessions/2026/11/20/rollout-x.jsonl", codexLine("session_meta", { id: "t1" }), codexLine("token_usage_record", { response_id: "r1", thread_id: "t1", usage: usage([5, 0, 1]) }));
  await tree.refresh();
  expect(tree.by("client")).toMatchObject({ claude: { requests: 80 }, codex: { requests: 1 } });
});
