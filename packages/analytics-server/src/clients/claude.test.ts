import { describe, expect, it } from "vitest";
import { claudeRow, testTree } from "../testing/tree.ts";

const project = ".claude/projects/-home-ada-garden";
const one = { requests: 1, inputTokens: 10, outputTokens: 5, unpricedTokens: 15 };

/** What all sessions used after the files were taken in together. */
async function count(files: Record<string, object[]>) {
  await using tree = testTree();
  for (const [name, rows] of Object.entries(files)) tree.write(`${project}/${name}`, ...rows);
  await tree.refresh();
  return { total: tree.by("client")["claude"] ?? {}, sessions: tree.by("session"), tree: { models: tree.by("model"), servers: tree.by("mcp_server"), projects: tree.by("project"), skipped: tree.skipped() } };
}

describe("a request of Claude Code counts once", () => {
  it("in a row per content block, with its largest output", async () => {
    const same = { requestId: "r", message: { id: "m" } };
    const { total } = await count({ "s1.jsonl": [claudeRow({ ...same, tokens: { output_tokens: 1 } }), claudeRow({ ...same, tokens: { output_tokens: 90 } }), claudeRow({ ...same, tokens: { output_tokens: 40 } })] });
    expect(total).toEqual({ ...one, outputTokens: 90, unpricedTokens: 100 });
  });

  it("when the larger output comes the next time", async () => {
    await using tree = testTree();
    const same = { requestId: "r", message: { id: "m" } };
    tree.write(`${project}/s1.jsonl`, claudeRow({ ...same, tokens: { output_tokens: 1 } }));
    await tree.refresh();
    tree.append(`${project}/s1.jsonl`, claudeRow({ ...same, timestamp: "2026-11-20T12:20:00.000Z", tokens: { output_tokens: 90 } }), claudeRow({ ...same, tokens: { output_tokens: 3 } }));
    await tree.refresh();
    expect(tree.by("day")).toEqual({ "2026-11-20": { ...one, outputTokens: 90, unpricedTokens: 100 } });
  });

  it("when a row is written twice, even with other numbers", async () => {
    const row = claudeRow({ uuid: "u1" });
    expect((await count({ "s1.jsonl": [row, row, claudeRow({ uuid: "u1" })], "s2.jsonl": [row] })).total).toEqual(one);
  });

  it("without a request's id, by its session: the same message elsewhere is another request", async () => {
    const message = { id: "m" };
    const row = (sessionId: string) => claudeRow({ requestId: undefined, message, sessionId });
    const { total, sessions } = await count({ "s1.jsonl": [row("s1"), row("s1")], "s2.jsonl": [row("s2")] });
    expect([total, sessions]).toEqual([{ requests: 2, inputTokens: 20, outputTokens: 10, unpricedTokens: 30 }, { s1: one, s2: one }]);
  });

  it("in a fork, for the session that made it, also when that one's file is gone", async () => {
    const copied = { uuid: "u1", requestId: "r1", message: { id: "m1" }, sessionId: "fork", requestSessionId: "s1" };
    expect((await count({ "fork.jsonl": [claudeRow(copied), claudeRow({ sessionId: "fork" })] })).sessions).toEqual({ s1: one, fork: one });
    expect((await count({ "s1.jsonl": [claudeRow({ ...copied, sessionId: "s1" })], "fork.jsonl": [claudeRow(copied)], "fork2.jsonl": [claudeRow({ ...copied, sessionId: "fork2" })] })).sessions).toEqual({ s1: one });
  });

  it("in a fork of older versions, which says neither", async () => {
    const copied = { uuid: "u1", requestId: undefined, message: { id: "m1" } };
    const { total } = await count({ "s1.jsonl": [claudeRow(copied)], "s2.jsonl": [claudeRow({ ...copied, sessionId: "s2" })] });
    expect(total).toEqual(one);
  });

  it.each([["main first", ["s1.jsonl", "s1/subagents/agent-a.jsonl"]], ["sub-agent first", ["s1/subagents/agent-a.jsonl", "s1.jsonl"]]])("when a sub-agent's file repeats a message of its session (%s)", async (_case, order) => {
    const rows: Record<string, object[]> = {
      "s1.jsonl": [claudeRow({ message: { id: "m1" }, requestId: "r1", tokens: { output_tokens: 7 } })],
      "s1/subagents/agent-a.jsonl": [claudeRow({ message: { id: "m1" }, requestId: "r2", isSidechain: true, tokens: { output_tokens: 99 } }), claudeRow({ isSidechain: true })],
    };
    await using tree = testTree();
    for (const name of order) {
      tree.write(`${project}/${name}`, ...(rows[name] ?? []));
      await tree.refresh();
    }
    expect(tree.by("session")).toEqual({ s1: { requests: 2, inputTokens: 20, outputTokens: 12, unpricedTokens: 32 } });
  });
});

describe("what is no request", () => {
  it("a sub-agent's sums in the result of its tool, notes of the client, errors", async () => {
    const { total, tree } = await count({
      "s1.jsonl": [
        claudeRow(),
        claudeRow({ type: "user", message: { role: "user", content: [{ type: "tool_result", tool_use_id: "t" }] }, toolUseResult: { usage: { input_tokens: 500, output_tokens: 500 } } }),
        { type: "cost-state", modelUsage: { x: { inputTokens: 500 } } },
        { type: "api-request-blob", message: { role: "assistant", usage: { input_tokens: 500, output_tokens: 1 } } },
        claudeRow({ isApiErrorMessage: true, message: { model: "<synthetic>" } }),
      ],
    });
    expect([total, tree.skipped]).toEqual([one, []]);
  });

  it("rows with impossible numbers or times are left out and said so", async () => {
    const { total, tree } = await count({ "s1.jsonl": [claudeRow(), claudeRow({ tokens: { input_tokens: -5 } }), claudeRow({ tokens: { output_tokens: 1.5 } }), claudeRow({ tokens: { output_tokens: "9" } }), claudeRow({ timestamp: "yesterday" }), claudeRow({ timestamp: "0001-01-01T00:00:00Z" })] });
    expect([total, tree.skipped]).toEqual([one, [{ reason: "bad_row", count: 5 }]]);
  });
});

describe("what a row says", () => {
  it("the two tiers of the cache, what they do not explain, and thinking", async () => {
    const { total } = await count({
      "s1.jsonl": [
        claudeRow({ tokens: { cache_creation_input_tokens: 30, cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 20 }, output_tokens_details: { thinking_tokens: 3 } } }),
        claudeRow({ tokens: { cache_creation_input_tokens: 7, cache_read_input_tokens: 4 } }),
        claudeRow({ tokens: { cache_creation_input_tokens: 9, cache_creation: { ephemeral_1h_input_tokens: 5 } } }),
      ],
    });
    expect(total).toEqual({ requests: 3, inputTokens: 30, outputTokens: 15, reasoningTokens: 3, cacheReadTokens: 4, cacheWriteTokens: 46, cacheWrite5mTokens: 21, cacheWrite1hTokens: 25, unpricedTokens: 95 });
  });

  it("model, MCP server and project; the project is where the session began, however its folder is spelt", async () => {
    const { tree } = await count({ "s1.jsonl": [claudeRow({ attributionMcpServer: "kb", message: { model: "claude-haiku-4-5" } }), claudeRow({ cwd: "/home/ada/garden/beds" }), claudeRow({ sessionId: "s2", cwd: "/tmp/worktree" })] });
    expect(tree.models).toEqual({ "claude-haiku-4-5": one, "claude-opus-5-5": { ...one, requests: 2, inputTokens: 20, outputTokens: 10, unpricedTokens: 30 } });
    expect(tree.servers).toMatchObject({ kb: one, none: { requests: 2 } });
    expect(tree.projects).toMatchObject({ "/home/ada/garden": { requests: 2 }, "-home-ada-garden": { requests: 1 } });
  });

  it("a model that was asked for advice is a request of its own", async () => {
    const advice = { type: "advisor_message", model: "claude-fable-1", input_tokens: 1_000, output_tokens: 7 };
    const { tree } = await count({ "s1.jsonl": [claudeRow({ tokens: { iterations: [{ type: "message", input_tokens: 10, output_tokens: 5 }, advice, { type: "compaction", input_tokens: 9 }] } })] });
    expect(tree.models).toEqual({ "claude-opus-5-5": one, "claude-fable-1": { requests: 1, inputTokens: 1_000, outputTokens: 7, unpricedTokens: 1_007 } });
  });

  it("names in any script", async () => {
    await using tree = testTree();
    tree.write(".claude/projects/-home-ada---n-/s1.jsonl", claudeRow({ cwd: "/home/ada/日本n語", message: { model: "modèle-é" } }));
    await tree.refresh();
    expect(Object.keys({ ...tree.by("project"), ...tree.by("model") })).toEqual(["/home/ada/日本n語", "modèle-é"]);
  });

  it("tool calls, their errors and how long they took, a fork's copies not", async () => {
    const call = claudeRow({ uuid: "u1", message: { id: "m1", content: [{ type: "tool_use", id: "t1", name: "mcp__kb__kb_search" }, { type: "tool_use", id: "t2", name: "Bash" }] } });
    const result = claudeRow({ uuid: "u2", type: "user", timestamp: "2026-11-20T12:00:02.500Z", message: { role: "user", usage: undefined, content: [{ type: "tool_result", tool_use_id: "t1" }, { type: "tool_result", tool_use_id: "t2", is_error: true }] } });
    await using tree = testTree();
    tree.write(`${project}/s1.jsonl`, call);
    await tree.refresh();
    tree.append(`${project}/s1.jsonl`, result);
    tree.write(`${project}/fork.jsonl`, call, result);
    await tree.refresh();
    expect(tree.database.prepare("SELECT mcp_server, name, calls, ended, errors, duration_ms FROM tool_use JOIN tool ON tool.id = tool ORDER BY name").all()).toEqual([
      { mcp_server: "", name: "Bash", calls: 1, ended: 1, errors: 1, duration_ms: 2500 },
      { mcp_server: "kb", name: "kb_search", calls: 1, ended: 1, errors: 0, duration_ms: 2500 },
    ]);
  });
});
