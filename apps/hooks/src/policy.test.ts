import { describe, expect, it } from "vitest";
import type { ToolUse } from "./input.ts";
import { keep } from "./policy.ts";

const long = "The valve opens at four degrees and closes at nine. ".repeat(10);
const secret = "ghp_abcdefghijklmnopqrstuvwx0123456789";
const tool = (name: string, more: Partial<ToolUse> = {}): ToolUse => ({ name, id: "t", input: {}, output: long, failed: false, interrupted: false, url: "", ...more });
const bash = (command: string, more: Partial<ToolUse> = {}) => keep(tool("Bash", { input: { command }, output: "ok\n", ...more }));

describe("HOOK-02 what is kept", () => {
  it("a page, by its address and what was asked of it", () => {
    expect(keep(tool("WebFetch", { input: { url: "https://a.test/old", prompt: "When does the valve open?" }, url: "https://a.test/new#part" }))).toEqual({
      type: "page", title: "a.test: When does the valve open?", text: long.trim(), location: "https://a.test/new#asked=When+does+the+valve+open?", kind: "url",
    });
    expect(keep(tool("WebFetch", { input: { url: "https://a.test/" } }))).toMatchObject({ title: "https://a.test/", location: "https://a.test/" });
  });

  it("a search, by what was searched", () => {
    expect(keep(tool("WebSearch", { input: { query: "valve degrees" } }))).toMatchObject({ type: "search", title: "Search: valve degrees", location: "search:valve degrees", kind: "file" });
  });

  it("what another server answered, by what it was asked", () => {
    expect(keep(tool("mcp__github__get_issue", { input: { repo: "shop", number: 7 } }))).toMatchObject({ type: "result", title: "github get_issue: shop", location: 'mcp:github/get_issue?{"repo":"shop","number":7}', kind: "file" });
  });

  it.each([
    "npm test", "npm run test:unit", "pnpm test -- --run", "npx vitest run a.test.ts", "npx -y pnpm@12 check", "yarn build", "CI=1 npm test", "cd app && npm test", "cd app\nnpm test", "time cargo test", "cargo clippy", "go test ./...", "make check",
    "pytest -q", "python -m pytest", "uv run pytest", "./gradlew build", "tsc -p .", "npm run lint; npm run build", "bundle exec rspec", "mvn -q verify", "test_all.sh && echo",
  ])("how %s ended", (command) => {
    expect(bash(command)).toMatchObject({ type: "outcome", title: `Passed: ${command}`, location: `outcome:${command}` });
  });

  it.each([
    ["its exit code", { failed: true }, "Failed"],
    ["what it printed, when a pipe hid the code", { output: "Tests  2 failed | 8 passed" }, "Failed"],
    ["types that are wrong", { output: "src/a.ts(1,1): error TS2304: no name" }, "Failed"],
    ["a runner's own sign", { output: "FAIL src/a.test.ts" }, "Failed"],
    ["nothing that failed", { output: "10 passed, 0 failed" }, "Passed"],
    ["Codex, which does not say", { failed: undefined, output: "10 passed" }, "Ran"],
    ["Codex, where it shows", { failed: undefined, output: "1 failed" }, "Failed"],
  ] satisfies [string, Partial<ToolUse>, string][])("an outcome is told by %s", (_name, more, end) => {
    expect(bash("npm test", more)?.title).toBe(`${end}: npm test`);
  });

  it("of a long outcome only its end", () => {
    const text = bash("npm test", { output: Array.from({ length: 1_000 }, (_, n) => `line ${n}`).join("\n") })?.text ?? "";
    expect(text.split("\n")).toHaveLength(27);
    expect(text).toContain("line 999");
  });

  it("of anything no more than 50,000 characters", () => {
    expect(keep(tool("mcp__x__y", { output: "x ".repeat(1_000_000) }))?.text.length).toBeLessThanOrEqual(50_000);
  });
});

describe("HOOK-02 what is never kept", () => {
  it.each(["Read", "Write", "Edit", "MultiEdit", "NotebookEdit", "Glob", "Grep", "LS", "Task", "TodoWrite", "BashOutput", "apply_patch", "view_image", "", "WebFetcher", "xmcp__a__b"])("%s", (name) => {
    expect(keep(tool(name, { input: { command: "npm test", url: "https://a.test/" }, url: "https://a.test/" }))).toBeUndefined();
  });

  it.each(["kb__kb_search", "obs__obs_query", "router__router_ask", "analytics__usage", "macos__screenshot", "heartbeat__jobs"])("what our own server said: %s", (name) => {
    expect(keep(tool(`mcp__${name}`))).toBeUndefined();
    expect(keep(tool(`mcp__plugin_paios_${name}`))).toBeUndefined();
    expect(keep(tool(`mcp__plugin_other_${name}`))).toMatchObject({ type: "result" });
  });

  it.each([
    ["a short result", tool("mcp__x__y", { output: "ok" })],
    ["a result of blanks", tool("mcp__x__y", { output: " \n".repeat(500) })],
    ["a failed result", tool("mcp__x__y", { failed: true })],
    ["a page that was not there", tool("WebFetch", { input: { url: "https://a.test/" }, failed: true })],
    ["a page without an address", tool("WebFetch", { input: { url: "file:///etc/passwd" } })],
    ["a test that said nothing", tool("Bash", { input: { command: "npm test" }, output: "\n" })],
    ["a test that the person stopped", tool("Bash", { input: { command: "npm test" }, failed: true, interrupted: true })],
  ])("%s", (_name, use) => {
    expect(keep(use)).toBeUndefined();
  });

  it.each([
    "ls -la", "cat test.txt", "git status", "git commit -m 'test the build'", "npm install", "npm run dev", "cat package.json | grep test", "echo test", "rm -rf build", "cd test", "vim check.sh", "grep -rn test src", "git checkout test", "mkdir build",
    "test -f secrets.env && cat secrets.env", 'test "$A" = b && env', "[ -f x ] && cat x", "test $X -gt 3 && cat x", "! test -d dist", "python -m http.server", "node build.js | cat", "curl https://a.test/build", "ssh host 'cat check'",
  ])("what another command printed: %s", (command) => {
    expect(bash(command)).toBeUndefined();
  });

  it("HOOK-04 secrets, wherever they stand", () => {
    const found = [
      keep(tool("WebFetch", { input: { url: `https://a.test/?t=${secret}`, prompt: `with ${secret}` }, output: `${long}${secret}` })),
      keep(tool("mcp__x__y", { input: { key: secret }, output: `${long}Authorization: Bearer ${secret}` })),
      bash(`TOKEN=${secret} npm test`, { output: `token ${secret}` }),
      keep(tool("WebSearch", { input: { query: secret } })),
    ];
    expect(found.every((each) => each !== undefined)).toBe(true);
    expect(JSON.stringify(found)).not.toContain(secret);
  });
});

it.each(["test ".repeat(20_000), `${"a=b ".repeat(20_000)}npm`, `npm ${"-x ".repeat(20_000)}`, `;${" ".repeat(100_000)}`, "1".repeat(200_000)])("hostile commands and outputs take no time", (text) => {
  const started = performance.now();
  bash(text);
  bash("npm test", { output: text });
  expect(performance.now() - started).toBeLessThan(1_000);
});
