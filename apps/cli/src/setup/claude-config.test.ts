import { UserError } from "@paios/shared/errors";
import { describe, expect, it } from "vitest";
import { allowClaude, registerClaude, unregisterClaude, validateClaude } from "./claude-config.ts";
import { changedLines, kb, lawBreaks, mesh } from "./example.ts";
import type { FileRecord } from "./record.ts";

const file = "/home/ada/.claude.json";
const register = (text: string | undefined, record?: FileRecord) => registerClaude(file, text, mesh, record);
const allow = (text: string | undefined, record?: FileRecord) => allowClaude(file, text, { servers: mesh, consented: ["kb_forget"] }, record);
const unregister = (text: string, record: FileRecord) => unregisterClaude(file, text, record);

const data = {
  numStartups: 12,
  mcpServers: { docs: { type: "http", url: "https://example.test/mcp" }, kb: { command: "npx", args: ["-y", "old-kb"], env: { OLD: "1" }, timeout: 600_000, alwaysLoad: true } },
  projects: { "/home/ada/a.b": { allowedTools: [], mcpServers: {} } },
};
const pretty = JSON.stringify(data, null, 2);
const jsonc = `// Mine
{
\t"theme": "dark", // at night
\t/* servers */
\t"mcpServers": {
\t\t"docs": { "url": "x" }, // keep
\t\t// the last word
\t},
\t"permissions": {
\t\t"allow": [
\t\t\t"Bash(ls)", // harmless
\t\t],
\t\t"deny": [],
\t},
}
`;
const texts: [string, string | undefined][] = [
  ["as Claude writes it", pretty],
  ["minified", JSON.stringify(data)],
  ["minified, with a final newline", `${JSON.stringify(data)}\n`],
  ["on one line with spaces", '{ "a": 1, "b": { "c": [1, 2] } }'],
  ["four spaces", JSON.stringify(data, null, 4)],
  ["tabs", `${JSON.stringify(data, null, "\t")}\n`],
  ["CRLF", `${pretty.replaceAll("\n", "\r\n")}\r\n`],
  ["comments and trailing commas", jsonc],
  ["comments and trailing commas, CRLF", jsonc.replaceAll("\n", "\r\n")],
  ["a byte order mark", `\uFEFF${pretty}`],
  ["empty", "{}"],
  ["empty, with a newline", "{}\n"],
  ["empty, over two lines", "{\n}\n"],
  ["only a comment in it", "{\n  // nothing yet\n}\n"],
  ["empty objects in it", '{\n  "mcpServers": {},\n  "permissions": { "allow": [] }\n}\n'],
  ["no file", undefined],
];

describe.each([["registerClaude", register], ["allowClaude", allow]] as const)("%s", (_, edit) => {
  it.each(texts)("CHANGE-01 changes nothing a second time, and undone gives the first text byte for byte: %s", (_, text) => {
    expect(lawBreaks(text, edit, unregister)).toEqual([]);
  });

  it("works on a file of 2 MB", () => {
    const history = Array.from({ length: 9_000 }, (_, n) => ({ display: `What is ${n}? {"a": [${"x".repeat(150)}`, pastedContents: {} }));
    const text = JSON.stringify({ ...data, projects: { "/home/ada": { history } } }, null, 2);
    expect(text.length).toBeGreaterThan(2_000_000);
    const { text: result, record } = edit(text);
    expect(result.length - text.length).toBeGreaterThan(50);
    expect(unregister(result, record) === text).toBe(true);
  });
});

describe("registerClaude", () => {
  const ours = { type: "stdio", command: kb.command, args: kb.args, env: kb.env, timeout: 120_000 };

  it("CHANGE-01 keeps every byte but the intended keys", () => {
    const { text } = register(jsonc);
    expect(changedLines(jsonc, text).removed).toEqual([]);
    expect(changedLines(pretty, register(pretty).text).removed).toEqual([
      '      "command": "npx",', '        "-y",', '        "old-kb"', '        "OLD": "1"', '      "alwaysLoad": true',
    ]);
  });

  it.each([["as Claude writes it", pretty], ["minified", JSON.stringify(data)]])("puts every server at user scope, and keeps a longer time and other keys of one that was there: %s", (_, text) => {
    expect(JSON.parse(register(text).text)).toEqual({
      ...data,
      mcpServers: { docs: data.mcpServers.docs, kb: { ...ours, env: { OLD: "1", ...kb.env }, timeout: 600_000, alwaysLoad: true }, obs: { ...ours, args: [kb.args[0], kb.args[1]?.replace("kb", "obs")] } },
    });
  });

  it("makes a shorter time longer", () => {
    expect(JSON.parse(register('{"mcpServers": {"kb": {"timeout": 5000}}}').text)).toMatchObject({ mcpServers: { kb: { timeout: 120_000 } } });
  });

  it("takes out a server that is gone from the mesh", () => {
    const { text, record } = register(pretty);
    const next = registerClaude(file, text, [kb], record);
    expect(JSON.parse(next.text)).toHaveProperty("mcpServers.kb.type", "stdio");
    expect(JSON.parse(next.text)).not.toHaveProperty("mcpServers.obs");
    expect(unregister(next.text, next.record)).toBe(pretty);
  });

  it("follows a home that moved", () => {
    for (const before of [pretty, "{}\n"]) {
      const { text, record } = register(before);
      const next = registerClaude(file, text, mesh.map((server) => ({ ...server, command: "/new/bin/node", env: { PAIOS_HOME: "/new" } })), record);
      expect(next.text).not.toContain("/home/ada/.paios");
      expect(unregister(next.text, next.record)).toBe(before);
    }
  });
});

describe("allowClaude", () => {
  it("allows safe tools and those agreed to, and no other", () => {
    const { text } = allow('{"permissions": {"allow": ["Bash(ls)", "mcp__kb__kb_search"]}}');
    expect(JSON.parse(text)).toEqual({ permissions: { allow: ["Bash(ls)", "mcp__kb__kb_search", "mcp__kb__kb_forget", "mcp__obs__obs_query"] } });
  });

  it("takes back a consent that was withdrawn, but not a rule of the person's own", () => {
    const before = '{"permissions": {"allow": ["mcp__kb__kb_capture"]}}';
    const both = allowClaude(file, before, { servers: mesh, consented: ["kb_forget", "kb_capture"] });
    const none = allowClaude(file, both.text, { servers: mesh, consented: [] }, both.record);
    expect(JSON.parse(none.text)).toEqual({ permissions: { allow: ["mcp__kb__kb_capture", "mcp__kb__kb_search", "mcp__obs__obs_query"] } });
    expect(unregister(none.text, none.record)).toBe(before);
  });
});

describe("what others change after setup", () => {
  const edited = (text: string, change: (data: { mcpServers: Record<string, Record<string, unknown>> }) => void, indent?: number) => {
    const parsed = JSON.parse(text) as Parameters<typeof change>[0];
    change(parsed);
    return JSON.stringify(parsed, null, indent);
  };

  it.each([2, undefined])("is kept, and ours found again, when Claude wrote the whole file anew (indent %s)", (indent) => {
    for (const [before, back] of [[JSON.stringify(data), data], ["{}", {}]] as const) {
      const { text, record } = register(before);
      const rewritten = edited(text, (parsed) => Object.assign(parsed, { machineID: "m" }), indent);
      expect(JSON.parse(unregister(rewritten, record) ?? "")).toEqual({ ...back, machineID: "m" });
    }
  });

  it("stays in a server of the person's own: edited values and new keys", () => {
    const { text, record } = register(pretty);
    const rest = unregister(edited(text, ({ mcpServers }) => Object.assign(mcpServers["kb"] ?? {}, { type: "sse", command: "mine", cwd: "/here", env: { OLD: "1", PAIOS_HOME: "/mine" } })), record);
    expect(JSON.parse(rest ?? "")).toEqual({ ...data, mcpServers: { ...data.mcpServers, kb: { ...data.mcpServers.kb, type: "sse", command: "mine", cwd: "/here", env: { OLD: "1", PAIOS_HOME: "/mine" } } } });
  });

  it("stays when setup ran again over it", () => {
    const { text, record } = register(pretty);
    const again = register(text.replace(kb.command, "/home/ada/wrapper"), record);
    expect(again.text).toBe(text);
    expect(unregister(again.text, again.record)).toBe(pretty.replace('"npx"', '"/home/ada/wrapper"'));
  });

  it("goes with a server of ours, but one that starts another program by now is theirs", () => {
    const { text, record } = register("{}");
    const rest = unregister(edited(text, ({ mcpServers }) => {
      Object.assign(mcpServers["kb"] ?? {}, { command: "/home/ada/wrapper" });
      Object.assign(mcpServers["obs"] ?? {}, { alwaysLoad: true, timeout: 5 });
    }), record);
    expect(JSON.parse(rest ?? "")).toEqual({ mcpServers: { kb: { ...ours(), command: "/home/ada/wrapper" } } });
  });

  it("stays when they removed a server of ours, and even ours from the list of what may run", () => {
    const { text, record } = register(pretty);
    const removed = edited(text, ({ mcpServers }) => delete mcpServers["obs"], 2);
    expect(unregister(removed, record)).toBe(pretty);
    const allowed = allow('{"permissions":{"allow":["Bash"]}}');
    expect(unregister('{"permissions":{"allow":["Bash","mcp__obs__obs_query","Edit"]}}', allowed.record)).toBe('{"permissions":{"allow":["Bash","Edit"]}}');
    expect(unregister('{"theme":"dark"}', allowed.record)).toBe('{"theme":"dark"}');
  });

  it("keeps a container of ours when others fill it, and the file that was ours when others wrote in it", () => {
    const { text, record } = allow(undefined);
    const filled = edited(text, (parsed) => Object.assign((parsed as unknown as { permissions: object }).permissions, { deny: ["Bash"] }));
    expect(JSON.parse(unregister(filled, record) ?? "")).toEqual({ permissions: { deny: ["Bash"] } });
    expect(unregister(JSON.stringify(JSON.parse(text)), record)).toBeUndefined();
  });

  function ours() {
    return { type: "stdio", command: kb.command, args: kb.args, env: kb.env, timeout: 120_000 };
  }
});

describe("a text that cannot be edited", () => {
  it.each([
    ["no JSON", "hello\n", 1, "not valid JSON (InvalidSymbol)"],
    ["nothing at all", "", 1, "not valid JSON (ValueExpected)"],
    ["a missing value", '{\n  "a": 1,\n  "b": ,\n  "c": 2\n}\n', 3, "not valid JSON (ValueExpected)"],
    ["never closed", '{\n  "a": {\n    "b": 1\n\n\n', 3, "not valid JSON (CloseBraceExpected)"],
    ["a list", "\n[]\n", 2, "must be one object, { … }"],
    ["a server by address", '{\n  "mcpServers": {\n    "kb": {\n      "type": "http",\n      "url": "http://127.0.0.1:1"\n    }\n  }\n}', 5, '"kb" in mcpServers is another server, reached by address: rename or remove it'],
    ["a list of servers", '{\n  "mcpServers": []\n}\n', 2, '"mcpServers" must be an object, { … }'],
    ["a server that is a text", '{\n  "mcpServers": {\n    "kb": "npx"\n  }\n}\n', 3, '"mcpServers.kb" must be an object, { … }'],
  ])("is refused with file and line: %s", (_, text, line, what) => {
    const problem = new UserError("config", `${file}:${line}: ${what}; fix it and run ai setup again`);
    expect(() => register(text)).toThrow(problem);
    expect(() => register(`\uFEFF${text.replaceAll("\n", "\r\n")}`)).toThrow(problem);
  });

  it("is refused: an object where a list of rules should be", () => {
    expect(() => allow('{\n  "permissions": {\n    "allow": {}\n  }\n}\n')).toThrow(`${file}:3: "permissions.allow" must be an array, [ … ]; fix it`);
  });

  it("does not pass the validation", () => {
    expect(() => validateClaude(file)('{\n  "a": \n}')).toThrow(`${file}:3: not valid JSON`);
    expect(() => validateClaude(file)(register(jsonc).text)).not.toThrow();
  });
});

it("keeps comments that others put beside ours", () => {
  const { text, record } = register('{\n  "a": 1\n}\n');
  const commented = text.replace("    }\n  }\n}", '    } // of obs\n  }, // of all\n  // before theirs\n  "theirs": 2 // last\n}');
  expect(commented).not.toBe(text);
  const rest = unregister(commented, record);
  expect(rest).toContain('// of all\n  // before theirs\n  "theirs": 2 // last\n}');
  expect(rest).toContain('"a": 1,');
  expect(() => validateClaude(file)(rest ?? "")).not.toThrow();
});
