import { describe, expect, it } from "vitest";
import { readInput } from "./input.ts";
import { recorded } from "./testing/fixtures.ts";

const sessions = { claude: "1bd6938c-ecb1-442f-84d7-017fdecbbb93", codex: "01a1ffdb-5de6-7b40-aed6-b464d3fcadca" };
const turns = { claude: "74081506-85b3-4dbe-9d3a-9f1bc9d26444", codex: "01a1ffdb-5e02-70e3-a0f3-6cdb8166f8af" };
const read = (client: "claude" | "codex", event: string, has = {}) => readInput(event, recorded(client, event, has), {});
const tool = (more: object) => readInput("PostToolUse", JSON.stringify({ session_id: "s", transcript_path: "/t/s.jsonl", tool_name: "WebFetch", tool_input: {}, tool_use_id: "t", ...more }), {})?.tool;

describe.each(["claude", "codex"] as const)("what %s sent", (client) => {
  it.each([
    ["SessionStart", { source: "startup", turn: "" }],
    ["UserPromptSubmit", { prompt: "Do the thing", turn: turns[client] }],
    ["PreToolUse", { turn: turns[client], tool: { name: "Bash" } }],
    ["Stop", { lastMessage: `I wrote ${client === "claude" ? "b" : "c"}.txt. Next I will run the tests.`, stopActive: false, waits: false, planning: false, turn: turns[client] }],
    ["SessionEnd", { prompt: "", tool: undefined }],
  ])("%s is one event of its session", (event, more) => {
    expect(read(client, event)).toMatchObject({ client, event, session: sessions[client], cwd: "/home/ada/project", transcript: expect.stringContaining(sessions[client]) as string, ...more });
  });
});

describe("a tool's answer", () => {
  it("of Claude, when it failed, is its error", () => {
    expect(read("claude", "PostToolUseFailure")?.tool).toEqual({
      name: "Bash", id: "toolu_1", input: { command: "echo hi; cat nosuch", description: "x" }, output: "Exit code 1\nhi\ncat: nosuch: No such file or directory", failed: true, interrupted: false, url: "",
    });
  });

  it("of Codex is text, and nothing says how it ended", () => {
    expect(read("codex", "PostToolUse")?.tool).toEqual({ name: "Bash", id: "call_1", input: { command: "echo hi; cat nosuch" }, output: "hi\ncat: nosuch: No such file or directory\n", failed: undefined, interrupted: false, url: "" });
  });

  it("of Claude's own file tools is no text that could be kept", () => {
    expect(read("claude", "PostToolUse", { tool_use_id: "toolu_2" })?.tool).toMatchObject({ name: "Write", failed: false });
    expect(read("claude", "PostToolUse", { tool_use_id: "toolu_3" })?.tool).toMatchObject({ name: "Read", output: "" });
  });

  it.each([
    ["text", "plain", "plain"],
    ["output and errors", { stdout: "out", stderr: "err", interrupted: false, isImage: false }, "out\nerr"],
    ["a page", { bytes: 10, code: 200, codeText: "OK", result: "The page says.", durationMs: 5, url: "https://a.test/" }, "The page says."],
    ["blocks", [{ type: "text", text: "one" }, { type: "image", source: {} }, { type: "text", text: "two" }], "one\ntwo"],
    ["blocks in an object", { content: [{ type: "text", text: "one" }] }, "one"],
    ["structured content, which is what the model sees", { content: [{ type: "text", text: "shown" }], structuredContent: { rows: [1] } }, '{"rows":[1]}'],
    ["search results", { query: "q", results: [{ tool_use_id: "t", content: [{ title: "A", url: "https://a.test/" }] }, "And this is said about it."] }, "A https://a.test/\nAnd this is said about it."],
    ["nothing", undefined, ""],
    ["null", null, ""],
    ["what nobody knows", { surprise: { deep: 1 } }, ""],
    ["a number", 7, ""],
  ])("of Claude as %s is read", (_name, response, output) => {
    expect(tool({ tool_response: response })).toMatchObject({ output });
  });

  it.each([
    ["content", { content: [{ type: "text", text: "one" }, { type: "text", text: "two" }] }, { output: "one\ntwo", failed: false }],
    ["structured content", { content: [{ type: "text", text: "one" }], structuredContent: { a: 1 } }, { output: '{"a":1}', failed: false }],
    ["structured content that is null", { content: [{ type: "text", text: "one" }], structuredContent: null }, { output: "one", failed: false }],
    ["an error", { content: [{ type: "text", text: "no" }], isError: true }, { output: "no", failed: true }],
  ])("of an MCP server in Codex as %s is read", (_name, response, expected) => {
    expect(tool({ transcript_path: "/c/rollout-1.jsonl", tool_name: "mcp__docs__find", tool_response: response })).toMatchObject(expected);
  });

  it("says when the page was not there, and when the person stopped it", () => {
    expect(tool({ tool_response: { code: 404, result: "gone", url: "https://a.test/" } })).toMatchObject({ failed: true });
    expect(tool({ tool_name: "Bash", error: "stopped", is_interrupt: true })).toMatchObject({ interrupted: true });
    expect(tool({ tool_name: "Bash", tool_response: { stdout: "", stderr: "", interrupted: true } })).toMatchObject({ interrupted: true });
  });
});

describe("readInput", () => {
  it.each(["", "{", "null", "[]", '"text"', "7", "{}", '{"session_id":""}', '{"session_id":7}', '{"session_id":"s"'])("takes %s for no event", (text) => {
    expect(readInput("Stop", text, {})).toBeUndefined();
  });

  it("takes what has other types than it should as not said", () => {
    expect(readInput("Stop", JSON.stringify({ session_id: "s", cwd: 7, transcript_path: [], prompt: {}, tool_name: null, last_assistant_message: false, stop_hook_active: "true", background_tasks: "x" }), {})).toEqual({
      client: "claude", event: "Stop", session: "s", turn: "", cwd: "", transcript: "", source: "", prompt: "", tool: undefined, lastMessage: "", planning: false, waits: false, stopActive: false,
    });
  });

  it("knows Codex without a transcript by what only it says, and not inside Claude", () => {
    const text = JSON.stringify({ session_id: "s", transcript_path: null, turn_id: "t", model: "m" });
    expect(readInput("Stop", text, {})?.client).toBe("codex");
    expect(readInput("Stop", text, { CLAUDECODE: "1" })?.client).toBe("claude");
    expect(readInput("Stop", JSON.stringify({ session_id: "s" }), {})?.client).toBe("claude");
  });

  it("knows when it plans and when something still runs", () => {
    const more = (extra: object) => readInput("Stop", JSON.stringify({ session_id: "s", ...extra }), {});
    expect(more({ permission_mode: "plan" })).toMatchObject({ planning: true, waits: false });
    expect(more({ background_tasks: [{ id: "b" }], session_crons: [] })).toMatchObject({ waits: true });
    expect(more({ background_tasks: [], session_crons: [{ id: "c" }] })).toMatchObject({ waits: true });
  });
});
