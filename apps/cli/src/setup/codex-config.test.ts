import { UserError } from "@paios/shared/errors";
import { describe, expect, it } from "vitest";
import { registerCodex, unregisterCodex, validateCodex } from "./codex-config.ts";
import { changedLines, kb, lawBreaks, mesh } from "./example.ts";
import type { FileRecord } from "./record.ts";

const file = "/home/ada/.codex/config.toml";
const wish = { servers: mesh, consented: ["kb_forget"], features: [{ name: "memories", aliases: ["memory_tool"], value: true }] };
const register = (text: string | undefined, record?: FileRecord) => registerCodex(file, text, wish, record);
const unregister = (text: string, record: FileRecord) => unregisterCodex(file, text, record);

const long = `# Ada's Codex
model = "gpt-6.1-sol" # the one
notify = [
  "say", # a comment in a list
  "done",
]
tui.theme = "dark"
tui.notifications = true

# Of the features.
[features]
hooks = true
memory_tool = false # too slow?

# My own knowledge base
[mcp_servers.kb]
command = "npx" # until the real one
args = [
  "-y",
  # pinned
  "old-kb@1.0.0",
]
enabled = true
tool_timeout_sec = 600 # long calls
env = { OLD = "1" } # inline

  # indented, above a deep table
  [mcp_servers.kb.tools.old_tool]
  approval_mode = "prompt"

[mcp_servers.docs]
url = "https://example.test/mcp"
http_headers = { "X-Key" = "a # b" }

[[hooks.PreToolUse]]
matcher = "Bash"
[[hooks.PreToolUse.hooks]]
type = "command"
command = '''
echo "[mcp_servers.kb]"
'''
${Array.from({ length: 45 }, (_, n) => `\n# Project ${n}\n[projects."/home/ada/${n}.d"]\ntrust_level = "trusted" # ${n}\nlimits = { a.b = ${n}, list = [1, ${n}] }\n\n`).join("")}# the end
`;
const crlf = long.replaceAll("\n", "\r\n");

describe("a config.toml of over 300 lines", () => {
  it.each([["LF", long], ["CRLF", crlf]])("CHANGE-01 keeps every byte but the intended keys (%s)", (_, text) => {
    expect(text.split("\n").length).toBeGreaterThan(300);
    const { text: result } = register(text);
    expect(changedLines(text, result)).toEqual({
      removed: [
        "memory_tool = false # too slow?",
        'command = "npx" # until the real one',
        "args = [",
        '  "-y",',
        "  # pinned",
        '  "old-kb@1.0.0",',
        "]",
        'env = { OLD = "1" } # inline',
      ],
      added: [
        "memory_tool = true # too slow?",
        'command = "/home/ada/.paios/bin/node" # until the real one',
        String.raw`args = ["--max-old-space-size=128", "/opt/paios \"1\"/kb/main.js"]`,
        'env = { OLD = "1", PAIOS_HOME = "/home/ada/.paios" } # inline',
        "startup_timeout_sec = 10",
        "[mcp_servers.kb.tools.kb_forget]",
        'approval_mode = "approve"',
        "[mcp_servers.obs]",
        'command = "/home/ada/.paios/bin/node"',
        String.raw`args = ["--max-old-space-size=128", "/opt/paios \"1\"/obs/main.js"]`,
        "startup_timeout_sec = 10",
        "tool_timeout_sec = 120",
        'env_vars = ["CODEX_HOME"]',
        "[mcp_servers.obs.env]",
        'PAIOS_HOME = "/home/ada/.paios"',
        "",
        "",
        "",
      ],
    });
    expect(result.replaceAll("\r\n", "").includes("\n")).toBe(text === long);
  });
});

describe("registered and unregistered", () => {
  it.each([
    ["LF", long],
    ["CRLF", crlf],
    ["no final newline", long.trimEnd()],
    ["CRLF, no final newline", crlf.trimEnd()],
    ["a byte order mark", `\uFEFF${long}`],
    ["an empty file", ""],
    ["comments only", "# nothing yet\n\n  # and here\n"],
    ["a comment only, no final newline", "# nothing yet"],
    ["no file", undefined],
  ])("CHANGE-01 gives the first text back byte for byte: %s", (_, text) => {
    expect(lawBreaks(text, register, unregister)).toEqual([]);
  });

  it("keeps a file that was ours when somebody else wrote in it", () => {
    const { text, record } = register(undefined);
    expect(unregister(`model = "mine"\n${text}`, record)?.trim()).toBe('model = "mine"');
  });
});

describe("what a person changes after setup", () => {
  const theirs = '[mcp_servers.kb]\ncommand = "npx" # mine\nargs = ["kb"]\n\n[features]\nmemories = false\n';

  it.each([
    ["a value we replaced", '/bin/node" # mine', '/bin/mine" # mine', 'command = "/home/ada/.paios/bin/mine" # mine'],
    ["a value we added", "tool_timeout_sec = 120", "tool_timeout_sec = 900", "tool_timeout_sec = 900"],
    ["a feature we turned on", "memories = true", "memories = 1", "memories = 1"],
    ["a key added beside ours", "memories = true", "memories = true\ngoals = true", "goals = true"],
    ["a key added in a table of ours", '[mcp_servers.kb.env]\n', '[mcp_servers.kb.env]\nMORE = "2"\n', '[mcp_servers.kb.env]\nMORE = "2"'],
  ])("stays when setup is undone: %s", (_, from, to, kept) => {
    const { text, record } = register(theirs);
    expect(text).toContain(from);
    const rest = unregister(text.replace(from, to), record);
    expect(rest).toContain(kept);
    expect(rest).toContain('args = ["kb"]');
    expect(rest).not.toContain("obs");
  });

  it("stays when setup ran again over it", () => {
    const { text, record } = register(theirs);
    const again = register(text.replace("memories = true", "memories = 1").replace('/bin/node" # mine', '/bin/mine" # mine'), record);
    expect(again.text).toBe(text);
    expect(unregister(again.text, again.record)).toBe('[mcp_servers.kb]\ncommand = "/home/ada/.paios/bin/mine" # mine\nargs = ["kb"]\n\n[features]\nmemories = 1\n');
  });

  it("stays when it is a server of ours that starts another program by now", () => {
    const { text, record } = register("");
    const edited = text.replace('[mcp_servers.kb]\ncommand = "/home/ada/.paios/bin/node"', '[mcp_servers.kb]\ncommand = "/home/ada/wrapper"');
    const rest = unregister(edited, record);
    expect(rest).toContain('[mcp_servers.kb]\ncommand = "/home/ada/wrapper"\nargs = [');
    expect(rest).not.toContain("obs");
  });

  it("goes with a server of ours, for Codex refuses a table without a command", () => {
    const { text, record } = register("# mine\n");
    const added = text.replace("tool_timeout_sec = 120", 'tool_timeout_sec = 900\nenabled = false\nenv_vars = ["A"]').replace("[mcp_servers.kb.tools.", '[mcp_servers.kb.tools.kb_search]\napproval_mode = "prompt"\n[mcp_servers.kb.tools.');
    expect(unregister(added, record)).toBe("# mine\n");
  });

  it("leaves what is left of a server that they removed to nobody", () => {
    const { text, record } = register("# mine\n");
    const start = text.indexOf("[mcp_servers.kb]");
    const removed = text.slice(0, start) + text.slice(text.indexOf("[mcp_servers.obs]"));
    expect(removed).not.toContain("mcp_servers.kb");
    expect(unregister(removed, record)).toBe("# mine\n");
    expect(unregister(`${removed}[mcp_servers.kb]\ncommand = "theirs"\n`, record)).toContain('[mcp_servers.kb]\ncommand = "theirs"\n');
  });

  it("is found again in another spelling", () => {
    const { text, record } = register(theirs);
    const rewritten = text.replace('command = "/home/ada/.paios/bin/node" # mine', "command = '/home/ada/.paios/bin/node' # mine");
    expect(rewritten).not.toBe(text);
    expect(unregister(rewritten, record)).toBe(theirs);
  });
});

describe("the next run", () => {
  it("takes back a consent that was withdrawn, and what the person had there before", () => {
    const before = '[mcp_servers.kb]\ncommand = "npx"\n\n[mcp_servers.kb.tools.kb_capture]\napproval_mode = "prompt"\n';
    const both = registerCodex(file, before, { servers: [kb], consented: ["kb_forget", "kb_capture"] });
    expect(both.text.match(/approval_mode = "approve"/g)).toHaveLength(2);
    const none = registerCodex(file, both.text, { servers: [kb], consented: [] }, both.record);
    expect(none.text).not.toContain("kb_forget");
    expect(none.text).toContain('approval_mode = "prompt"');
    expect(unregister(none.text, none.record)).toBe(before);
  });

  it("does not ask for consent to a tool that is safe, and gives none that was not given", () => {
    const { text } = registerCodex(file, "", { servers: mesh, consented: ["kb_search"] });
    expect(text).not.toContain("approval_mode");
  });

  it("takes out a server that is gone from the mesh, with what was added to it", () => {
    const { text, record } = register("# mine\n");
    const next = registerCodex(file, text.replace("[mcp_servers.obs.env]", "enabled = false\n[mcp_servers.obs.env]"), { ...wish, servers: [kb] }, record);
    expect(next.text).not.toContain("obs");
    expect(unregister(next.text, next.record)).toBe("# mine\n");
  });

  it("follows a home that moved", () => {
    const { text, record } = register(long);
    const moved = { ...wish, servers: mesh.map((server) => ({ ...server, command: "/new/bin/node", env: { PAIOS_HOME: "/new" } })) };
    const next = registerCodex(file, text, moved, record);
    expect(next.text).not.toContain("/home/ada/.paios");
    expect(unregister(next.text, next.record)).toBe(long);
  });

  it.each([
    ["tool_timeout_sec = 600", "tool_timeout_sec = 600"],
    ["tool_timeout_sec = 600.5", "tool_timeout_sec = 600.5"],
    ["tool_timeout_sec = 30", "tool_timeout_sec = 120"],
    ["startup_timeout_sec = 60", "startup_timeout_sec = 60"],
    ["startup_timeout_sec = 2", "startup_timeout_sec = 10"],
  ])("keeps a longer time of the person's own: %s becomes %s", (present, wanted) => {
    const { text } = register(`[mcp_servers.kb]\ncommand = "npx"\n${present}\n`);
    expect(text.slice(0, text.indexOf("[mcp_servers.obs]")).split("\n")).toContain(wanted);
  });
});

describe("a text that cannot be edited", () => {
  it.each([
    ["not valid", 'model = "x"\n\n[features\nhooks = true\n', 3, "not valid TOML"],
    ["not valid at its end", 'model = "x"\nnotify = [\n\n', 2, "not valid TOML"],
    ["a value is missing", "x = 1\na = \nb = 2\nc = 3\n", 2, "not valid TOML"],
    ["not valid at the start of a line", "x = 1\n= 2\nc = 3\n", 2, "not valid TOML"],
    ["a key twice", "a = 1\na = 2\n", 2, "not valid TOML"],
    ["a server by address", '# one\n[mcp_servers.kb]\nurl = "http://127.0.0.1:1/mcp"\n', 3, "[mcp_servers.kb] is another server, reached by address: rename or remove it"],
    ["a server by address, inline", 'mcp_servers = { kb = { url = "http://127.0.0.1:1/mcp" } }\n', 1, "[mcp_servers.kb] is another server, reached by address: rename or remove it"],
    ["a value for a table", "x = 1\nmcp_servers = 3\n", 2, "mcp_servers must be a table"],
    ["a list of tables", 'x = 1\n[[features]]\nhooks = true\n', 2, "features must be a table"],
  ])("is refused with file and line: %s", (_, text, line, what) => {
    const problem = new UserError("config", `${file}:${line}: ${what}; fix it and run ai setup again`);
    expect(() => register(text)).toThrow(problem);
    expect(() => register(text)).toThrow(UserError);
    expect(() => register(`\uFEFF${text.replaceAll("\n", "\r\n")}`)).toThrow(problem);
  });

  it("does not pass the validation", () => {
    expect(() => validateCodex(file)("a = 1\nb = \n")).toThrow(`${file}:2: not valid TOML`);
    expect(() => validateCodex(file)(register(long).text)).not.toThrow();
  });
});
