import { expect, it } from "vitest";
import { unifiedDiff } from "./diff.ts";

const lines = (...each: string[]) => each.map((line) => `${line}\n`).join("");

it("CHANGE-01 a diff shows the changed lines with three lines around them", () => {
  const before = lines("a", "b", "c", "d", "e", "f", "g", "h");
  expect(unifiedDiff("/x/config.toml", before, before.replace("e\n", "E\nmore\n"))).toBe(lines("--- /x/config.toml", "+++ /x/config.toml", "@@ -2,7 +2,8 @@", " b", " c", " d", "-e", "+E", "+more", " f", " g", " h"));
  expect(unifiedDiff("/x/config.toml", before, before)).toBe("");
});

it("a new file, a removed one and a last line without an end are told from an empty one", () => {
  expect(unifiedDiff("/x", undefined, "a\n")).toBe(lines("--- /dev/null", "+++ /x", "@@ -0,0 +1,1 @@", "+a"));
  expect(unifiedDiff("/x", "a\n", undefined)).toBe(lines("--- /x", "+++ /dev/null", "@@ -1,1 +0,0 @@", "-a"));
  expect(unifiedDiff("/x", undefined, "")).toBe(lines("--- /dev/null", "+++ /x"));
  expect(unifiedDiff("/x", "a", "a\n")).toBe(lines("--- /x", "+++ /x", "@@ -1,1 +1,1 @@", "-a", "\\ No newline at end of file", "+a"));
});

it("CRLF is kept, and a change of only the line end is shown", () => {
  expect(unifiedDiff("/x", "a\r\nb\r\n", "a\r\nc\r\n")).toBe("--- /x\n+++ /x\n@@ -1,2 +1,2 @@\n a\r\n-b\r\n+c\r\n");
  expect(unifiedDiff("/x", "a\r\n", "a\n")).toBe("--- /x\n+++ /x\n@@ -1,1 +1,1 @@\n-a\r\n+a\n");
});

it("secrets are masked in old, new and surrounding lines, each by its own line", () => {
  const text = (value: string) => lines('{', '  "a": 1,', '  "b": 2,', `  "apiKey": "${value}",`, '  "c": 3,', '  "token": "around",', "}");
  const diff = unifiedDiff("/x", text("old-value"), `\n${text("new-value")}`);
  expect(diff).not.toMatch(/old-value|new-value|around/);
  expect(diff).toContain('-  "apiKey": "[redacted]",\n+  "apiKey": "[redacted]",\n   "c": 3,\n   "token": "[redacted]",\n }\n');
});

it("control characters do not reach the terminal, and long lines are cut", () => {
  expect(unifiedDiff("/x", undefined, "a\u001B[31mb\u0007\tc\n")).toContain("+a�[31mb�\tc\n");
  expect(unifiedDiff("/x", undefined, `${"ab ".repeat(1_000)}\n`)).toContain(`+${"ab ".repeat(333)}a… (3000 characters)\n`);
});

it("files of 2 MB are compared in seconds, also when no line is the same", () => {
  const started = performance.now();
  const large = (name: string) => Array.from({ length: 30_000 }, (_, index) => `    "${name}${index}": "some text of a person's own that nobody may lose",\n`).join("");
  expect(unifiedDiff("/x", `${large("a")}old\n`, `${large("a")}new\n`)).toMatch(/@@ -29998,4 \+29998,4 @@\n(?: .*\n){3}-old\n\+new\n$/);
  expect(unifiedDiff("/x", large("a"), large("b"))).toBe(lines("--- /x", "+++ /x", "@@ too much differs to be shown line by line: 30000 lines become 30000 @@"));
  expect(performance.now() - started).toBeLessThan(10_000);
});
