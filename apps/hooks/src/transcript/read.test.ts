import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { execFileSync } from "node:child_process";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { describe, expect, it } from "vitest";
import { fixture } from "../testing/fixtures.ts";
import { readTranscript } from "./read.ts";

const all = 1024 * 1024;

function turnsOf(client: "claude" | "codex", lines: readonly (object | string)[], bytes = all) {
  using folder = temporaryFolder();
  const path = join(folder.path, "t.jsonl");
  writeFileSync(path, lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n"));
  return readTranscript(path, client, bytes);
}

const user = (content: unknown, more = {}) => ({ type: "user", message: { role: "user", content }, ...more });
const assistant = (content: unknown, more = {}) => ({ type: "assistant", message: { role: "assistant", content }, ...more });
const uses = (name: string, input: object, id = "t") => assistant([{ type: "tool_use", id, name, input }]);
const result = (content: unknown, more = {}, result = {}) => user([{ type: "tool_result", tool_use_id: "t", content, ...more }], { toolUseResult: result });
const item = (payload: object) => ({ type: "response_item", payload });
const call = (name: string, input: object, more = {}) => item({ type: "function_call", name, arguments: JSON.stringify(input), call_id: "c", ...more });
const output = (text: unknown) => item({ type: "function_call_output", call_id: "c", output: text });
const says = (role: string, text: string) => item({ type: "message", role, content: [{ type: role === "assistant" ? "output_text" : "input_text", text }] });

describe("recordings", () => {
  it("of Claude are what was asked, run, changed and said", () => {
    expect(readTranscript(fixture("claude-transcript.jsonl"), "claude", all)).toEqual([
      { user: "Do the thing" },
      { runs: "echo hi; cat nosuch", output: "Exit code 1\nhi\ncat: nosuch: No such file or directory", failed: true },
      { edits: "/home/ada/project/b.txt", added: "new\n" },
      { says: "I wrote b.txt. Next I will run the tests." },
    ]);
  });

  it("of Codex too, without the patch that Codex did not take", () => {
    expect(readTranscript(fixture("codex-rollout.jsonl"), "codex", all)).toEqual([
      { user: "Do the thing" },
      { runs: "echo hi; cat nosuch", output: "hi\ncat: nosuch: No such file or directory\n", failed: true },
      { says: "I wrote c.txt. Next I will run the tests." },
    ]);
  });
});

describe("lines of Claude", () => {
  it("of sub-agents, of the CLI itself and of a summary are left out", () => {
    expect(
      turnsOf("claude", [
        assistant([{ type: "text", text: "a sub-agent" }], { isSidechain: true }),
        user("a sub-agent's order", { isSidechain: true }),
        user("Stop hook feedback: go on", { isMeta: true }),
        user("This session continues another", { isCompactSummary: true }),
        user("<system-reminder>\nBe good\n</system-reminder>"),
        user("<command-name>/clear</command-name>"),
        user([{ type: "text", text: "<local-command-stdout>out</local-command-stdout>" }]),
        user("[Request interrupted by user]"),
        { type: "system", subtype: "stop_hook_summary" },
        { type: "summary", summary: "x" },
        user("   "),
        assistant([{ type: "thinking", thinking: "hm" }, { type: "text", text: " " }]),
        user("The person"),
      ]),
    ).toEqual([{ user: "The person" }]);
  });

  it("that start with HTML were typed", () => {
    expect(turnsOf("claude", [user("<div> is not centred")])).toEqual([{ user: "<div> is not centred" }]);
  });

  it("tell an edit by the lines that it put in, and nothing of one that failed", () => {
    const input = { file_path: "/w/a.ts", old_string: "// TODO: old\nx", new_string: "// TODO: old\ny" };
    expect(turnsOf("claude", [uses("Edit", input), result("ok")])).toEqual([{ edits: "/w/a.ts", added: "y" }]);
    expect(turnsOf("claude", [uses("Edit", input), result("String to replace not found", { is_error: true })])).toEqual([]);
    expect(turnsOf("claude", [uses("Write", { file_path: "/w/a.ts", content: "a\nb\nc" }), result("ok", {}, { type: "update", originalFile: "a\nb" })])).toEqual([{ edits: "/w/a.ts", added: "c" }]);
    expect(turnsOf("claude", [uses("MultiEdit", { file_path: "/w/a.ts", edits: [{ old_string: "a", new_string: "b" }, { old_string: "c", new_string: "d" }] })])).toEqual([{ edits: "/w/a.ts", added: "b\nd" }]);
    expect(turnsOf("claude", [uses("NotebookEdit", { notebook_path: "/w/a.ipynb", new_source: "x = 1" })])).toEqual([{ edits: "/w/a.ipynb", added: "x = 1" }]);
  });

  it("tell what read others' words, and not what only looked at files", () => {
    expect(turnsOf("claude", ["WebFetch", "WebSearch", "Task", "mcp__docs__find", "Read", "Grep", "TodoWrite"].map((name) => uses(name, {})))).toEqual([{ reads: "WebFetch" }, { reads: "WebSearch" }, { reads: "Task" }, { reads: "mcp__docs__find" }]);
  });

  it("that are hostile or half written change nothing", () => {
    const turns = turnsOf("claude", [
      '{"type":"user","message":{"role":"user","content":"cut o',
      "null", "[]", "7", '"text"', "{}", "\u0000\u001b[31m", "{".repeat(5_000),
      { type: "user" }, { type: "user", message: 7 }, user({ text: "x" }), user([7, null, "x", { type: "text", text: 7 }, { type: "tool_result" }]),
      assistant([{ type: "tool_use", id: 7, name: 8, input: 9 }, { type: "tool_use", name: "Edit", input: { file_path: {} } }, { type: "tool_use", name: "Edit", input: { file_path: "/a", edits: "x", new_string: [] } }]),
      JSON.stringify({ type: "assistant", __proto__: null, constructor: 1, message: { content: "text" } }),
      user("The person"),
      '{"type":"user","message":',
    ]);
    expect(turns).toEqual([{ edits: "/a", added: "" }, { user: "The person" }]);
  });
});

describe("lines of Codex", () => {
  it("that Codex itself told the model are left out", () => {
    expect(turnsOf("codex", [says("developer", "<skills_instructions>x"), says("user", "<environment_context>\n</environment_context>"), says("user", '<hook_prompt hook_run_id="1">go on</hook_prompt>'), says("user", "# AGENTS.md instructions for /w"), says("user", "The person"), { type: "event_msg", payload: { type: "user_message", message: "The person" } }])).toEqual([{ user: "The person" }]);
  });

  it("tell commands with how they ended", () => {
    expect(turnsOf("codex", [call("exec_command", { cmd: "ls" }), output("Chunk ID: 1\nWall time: 0.1 seconds\nProcess exited with code 0\nOutput:\na.txt\n")])).toEqual([{ runs: "ls", output: "a.txt\n", failed: false }]);
    expect(turnsOf("codex", [call("shell", { command: ["bash", "-lc", "make"] }), output("Exit code: 2\nWall time: 1 seconds\nOutput:\nboom\n")])).toEqual([{ runs: "make", output: "boom\n", failed: true }]);
    expect(turnsOf("codex", [call("exec_command", { cmd: "sleep 100" }), output("Process running with session ID 7\nOutput:\n")])).toEqual([{ runs: "sleep 100", output: "", failed: false }]);
  });

  it("tell patches, however they came, by file and the lines put in", () => {
    const patch = "*** Begin Patch\n*** Add File: c.txt\n+new\n*** Update File: d.ts\n@@\n-// TODO: moved\n+x\n+// TODO: moved\n*** Delete File: e.txt\n*** End Patch\n";
    const edits = [{ edits: "c.txt", added: "new" }, { edits: "d.ts", added: "x" }];
    expect(turnsOf("codex", [call("apply_patch", { input: patch }), output("Success. Updated the following files:\nA c.txt\n")])).toEqual(edits);
    expect(turnsOf("codex", [item({ type: "custom_tool_call", name: "apply_patch", input: patch, call_id: "c" }), item({ type: "custom_tool_call_output", call_id: "c", output: '{"output":"Success.","metadata":{"exit_code":0}}' })])).toEqual(edits);
    expect(turnsOf("codex", [call("exec_command", { cmd: `apply_patch <<'EOF'\n${patch}EOF` })])).toEqual(edits);
    expect(turnsOf("codex", [call("apply_patch", { input: patch }), output("apply_patch verification failed: no such file")])).toEqual([]);
  });

  it("tell what read others' words", () => {
    expect(turnsOf("codex", [call("find", {}, { namespace: "mcp__docs" }), item({ type: "web_search_call" }), call("spawn_agent", {})])).toEqual([{ reads: "mcp__docs" }, { reads: "web_search" }, { reads: "spawn_agent" }]);
  });

  it("that are hostile change nothing", () => {
    expect(turnsOf("codex", [item({ type: "message", role: "user", content: 7 }), item({ type: "function_call", name: "exec_command", arguments: "{", call_id: 7 }), output(7), output([{ text: 7 }]), { type: "response_item" }, { type: "response_item", payload: [] }, says("assistant", "Done.")])).toEqual([{ says: "Done." }]);
  });
});

describe("readTranscript", () => {
  it("reads the end of a long one, without the line that it cuts", () => {
    const lines = Array.from({ length: 100 }, (_, n) => user(`prompt ${n}`));
    expect(turnsOf("claude", lines, 200).at(-1)).toEqual({ user: "prompt 99" });
    expect(turnsOf("claude", lines, 200).length).toBeLessThan(4);
    expect(turnsOf("claude", [user("ü".repeat(500)), user("The last")], 301)).toEqual([{ user: "The last" }]);
  });

  it("INTEG-03 does not wait for a pipe, and says what is not there", () => {
    using folder = temporaryFolder();
    const pipe = join(folder.path, "pipe");
    execFileSync("mkfifo", [pipe]);
    expect(readTranscript(pipe, "claude", all)).toEqual([]);
    expect(() => readTranscript(join(folder.path, "gone"), "claude", all)).toThrow("ENOENT");
  });
});
