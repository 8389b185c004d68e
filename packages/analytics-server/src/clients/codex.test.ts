import { zstdCompressSync } from "node:zlib";
import { writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { codexLine, testTree, tokenCount, usage } from "../testing/tree.ts";

const day = ".codex/sessions/2026/11/20";
const meta = (id: string, more: object = {}, timestamp = "2026-11-20T12:00:00.000Z") => codexLine("session_meta", { id, timestamp, cwd: "/home/ada/garden", ...more }, timestamp);
const record = (thread: string, response: string, counts: number[], timestamp?: string, more: object = {}) => codexLine("token_usage_record", { thread_id: thread, response_id: response, usage: usage(counts), ...more }, timestamp);

it("cached input is no input; reasoning is shown apart", async () => {
  await using tree = testTree();
  tree.write(`${day}/rollout-a.jsonl`, meta("a"), codexLine("turn_context", { model: "gpt-5.5", cwd: "/home/ada/garden" }), record("a", "r1", [100, 60, 20, 5]));
  await tree.refresh();
  expect(tree.by("model")).toEqual({ "gpt-5.5": { requests: 1, inputTokens: 40, cacheReadTokens: 60, outputTokens: 20, reasoningTokens: 5, unpricedTokens: 120 } });
});

it("without records: what the sum grew by, however often it is repeated, and what a lost line held", async () => {
  await using tree = testTree();
  tree.write(`${day}/rollout-a.jsonl`, meta("a"), tokenCount([10, 0, 5], [10, 0, 5]), tokenCount([10, 0, 5], [10, 0, 5]), tokenCount([10, 0, 5], [0, 0, 0]), tokenCount([40, 20, 9], [15, 10, 2]), codexLine("event_msg", { type: "token_count", info: null }));
  await tree.refresh();
  expect(tree.by("session")).toEqual({ a: { requests: 2, inputTokens: 20, cacheReadTokens: 20, outputTokens: 9, unpricedTokens: 49 } });
});

it("a response with both, its record and the sum behind it, counts once", async () => {
  await using tree = testTree();
  const both = (response: string, counts: number[], total: number[]) => [record("a", response, counts, undefined, { thread_token_usage: usage(total) }), tokenCount(total, counts)];
  tree.write(`${day}/rollout-a.jsonl`, meta("a"), tokenCount([10, 0, 5], [10, 0, 5]), ...both("r1", [20, 0, 6], [30, 0, 11]), ...both("r2", [1, 0, 1], [31, 0, 12]));
  await tree.refresh();
  expect(tree.by("session")).toEqual({ a: { requests: 3, inputTokens: 31, outputTokens: 12, unpricedTokens: 43 } });
});

it("a fork that copies, with new times on the lines: the copies are its original's, the rest its own", async () => {
  const original = [meta("a", {}, "2026-11-01T10:00:00.000Z"), codexLine("event_msg", { type: "task_started", started_at: Date.UTC(2026, 10, 1, 10) / 1_000 }), tokenCount([10, 0, 5], [10, 0, 5], "2026-11-01T10:00:01.000Z"), tokenCount([30, 0, 9], [20, 0, 4], "2026-11-01T10:00:02.000Z")];
  const restamped = original.map((line) => ({ ...line, timestamp: "2026-11-20T12:00:00.010Z" }));
  const fork = (id: string, own: number[]) => [meta(id, { forked_from_id: "a" }), ...restamped, codexLine("event_msg", { type: "task_started", started_at: Date.UTC(2026, 10, 20, 12) / 1_000 + 5 }), tokenCount([30 + own[0]!, 0, 9 + own[2]!], own, "2026-11-20T12:00:06.000Z")];
  for (const isOrphan of [false, true]) {
    await using tree = testTree();
    if (!isOrphan) tree.write(".codex/sessions/2026/11/01/rollout-a.jsonl", ...original);
    tree.write(`${day}/rollout-b.jsonl`, ...fork("b", [7, 0, 1]));
    tree.write(`${day}/rollout-c.jsonl`, ...fork("c", [7, 0, 1]));
    await tree.refresh();
    expect(tree.by("session")).toEqual({ a: { requests: 2, inputTokens: 30, outputTokens: 9, unpricedTokens: 39 }, b: { requests: 1, inputTokens: 7, outputTokens: 1, unpricedTokens: 8 }, c: { requests: 1, inputTokens: 7, outputTokens: 1, unpricedTokens: 8 } });
    expect(tree.by("day")).toMatchObject({ "2026-11-01": { requests: 2 }, "2026-11-20": { requests: 2 } });
  }
});

it("a fork that copies nothing goes on from its original's sum", async () => {
  await using tree = testTree();
  tree.write(`${day}/rollout-b.jsonl`, meta("b", { forked_from_id: "a" }), tokenCount([1_010, 0, 505], [10, 0, 5]), tokenCount([1_030, 0, 509], [20, 0, 4]));
  await tree.refresh();
  expect(tree.by("session")).toEqual({ b: { requests: 2, inputTokens: 30, outputTokens: 9, unpricedTokens: 39 } });
});

it("a sub-agent belongs to the session that started it", async () => {
  await using tree = testTree();
  tree.write(`${day}/rollout-b.jsonl`, meta("b", { session_id: "a", forked_from_id: "a", source: { subagent: {} } }), tokenCount([10, 0, 5], [10, 0, 5]));
  await tree.refresh();
  expect(tree.by("session")).toEqual({ a: { requests: 1, inputTokens: 10, outputTokens: 5, unpricedTokens: 15 } });
});

it("zstandard, whole and cut off: what is whole counts, and the rest is said", async () => {
  await using tree = testTree();
  tree.write(`${day}/rollout-a.jsonl`, "");
  const lines = [meta("a"), ...Array.from({ length: 2_000 }, (_, at) => record("a", `r${at}`, [1, 0, 1]))].map((line) => JSON.stringify(line)).join("\n");
  const packed = zstdCompressSync(`${lines}\n`);
  writeFileSync(tree.path(`${day}/rollout-b.jsonl.zst`), packed);
  writeFileSync(tree.path(`${day}/rollout-c.jsonl.zst`), "no archive");
  await tree.refresh();
  expect(tree.by("client")).toMatchObject({ codex: { requests: 2_000 } });
  expect(tree.skipped()).toEqual([{ reason: "damaged_archive", count: 1 }]);
});

it("limits are kept where they change, also those of a model of its own", async () => {
  await using tree = testTree();
  const limits = (percent: number, more: object = {}) => ({ limit_id: "codex", primary: { used_percent: percent, window_minutes: 300, resets_at: 1_795_288_070 }, secondary: { used_percent: 4, window_minutes: 10_080, resets_at: 1_795_480_870 }, ...more });
  tree.write(`${day}/rollout-a.jsonl`, meta("a"), tokenCount([1, 0, 1], [1, 0, 1], "2026-11-20T12:00:01.000Z", limits(10)), tokenCount([1, 0, 1], [1, 0, 1], "2026-11-20T12:00:02.000Z", limits(10)), tokenCount([1, 0, 1], [1, 0, 1], "2026-11-20T12:00:03.000Z", limits(11)), tokenCount([1, 0, 1], [1, 0, 1], "2026-11-20T12:00:04.000Z", limits(3, { limit_id: "codex_spark", secondary: null })));
  await tree.refresh();
  expect(tree.database.prepare("SELECT name, used_percent FROM limit_report ORDER BY at_ms, name").raw().all()).toEqual([["5h", 10], ["weekly", 4], ["5h", 11], ["weekly", 4], ["5h codex_spark", 3]]);
  expect(tree.by("client")).toMatchObject({ codex: { requests: 1 } });
});
