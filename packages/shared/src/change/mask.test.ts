import { expect, it } from "vitest";
import { maskedLines } from "./mask.ts";

const secret = "SeCrEt-9";

it.each([
  ["JSON", '  "apiKey": "SeCrEt-9", "model": "x",', '  "apiKey": "[redacted]", "model": "x",'],
  ["JSON, an escaped quote in it", '"password": "SeC\\"SeCrEt-9", "model": "x"', '"password": "[redacted]", "model": "x"'],
  ["JSON, a number", '"token": 5309, "model": "SeCrEt-9"', '"token": [redacted]'],
  ["JSON, no end on its line", '"password": "SeCrEt-9', '"password": "[redacted]"'],
  ["JSON inside a string", String.raw`"env": "{\"token\": \"SeCrEt-9\"}"`, String.raw`"env": "{\"token\": [redacted]"`],
  ["JSON, an object", '"env": { "GITHUB_TOKEN": "SeCrEt-9", "MODE": "x" }', '"env": { "GITHUB_TOKEN": "[redacted]", "MODE": "x" }'],
  ["TOML", "bearer_token = 'SeCrEt-9' # mine", 'bearer_token = "[redacted]" # mine'],
  ["TOML, dotted", 'mcp_servers.kb.env.API_KEY = "SeCrEt-9"', 'mcp_servers.kb.env.API_KEY = "[redacted]"'],
  ["TOML, an inline table", 'env = { DB_PASSWORD = "SeCrEt-9", MODE = "x" }', 'env = { DB_PASSWORD = "[redacted]", MODE = "x" }'],
  ["TOML, three quotes on one line", 'token = """SeCrEt-9"""', "token = [redacted]"],
  [".env", "export GITHUB_TOKEN=SeCrEt-9", "export GITHUB_TOKEN=[redacted]"],
  [".env, with spaces, quotes and commas", 'DB_PASSWORD=my own, "SeCrEt-9"} SeCrEt-9', "DB_PASSWORD=[redacted]"],
  ["a flag and its value", '"args": ["--api-key", "SeCrEt-9", "--verbose"]', '"args": ["--api-key", "[redacted]", "--verbose"]'],
  ["a flag with =", 'args = ["--token=my,SeCrEt-9", "--verbose"]', 'args = ["--token=[redacted]", "--verbose"]'],
  ["a flag in a command line", 'command = "serve --password SeCrEt-9 --verbose"', 'command = "serve --password [redacted]'],
  ["a header as an argument", '["--header", "Authorization: Bearer SeCrEt-9", "-v"]', '["--header", "Authorization: [redacted]", "-v"]'],
  ["an address with a query", '"url": "https://example.test/mcp?api_key=SeCrEt-9&x=1",', '"url": "https://example.test/mcp?api_key=[redacted]'],
  ["what looks like one, under any name", '"note": "use ghp_0123456789abcdefghijABCDEFGHIJ012345 here"', '"note": "use [redacted] here"'],
])("secrets are masked: %s", (_, line, masked) => {
  expect(maskedLines([line, `${line}\r`])).toEqual([masked, `${masked}\r`]);
});

it.each([
  ["TOML, three quotes", ['token = """', "SeCrEt-9", 'SeCrEt-9"""', 'model = "x"'], ["token = [redacted]", "[redacted]", "[redacted]", 'model = "x"']],
  ["a list, a bracket in a string of it", ['"apiKeys": [', '  "a]SeCrEt-9",', '  "SeCrEt-9"', "],", '"model": "x"'], ['"apiKeys": [redacted]', "[redacted]", "[redacted]", "[redacted]", '"model": "x"']],
  ["a flag, its value in the next line", ['args = ["--token",', '  "SeCrEt-9",', '  "--verbose"]'], ['args = ["--token",', '  "[redacted]"', '  "--verbose"]']],
  ["a key, its value in the next line", ['"token":', '  "SeCrEt-9",', '"model": "x"'], ['"token":', '  "[redacted]"', '"model": "x"']],
  ["no value, and another secret below", ["A_TOKEN=", "B_TOKEN=SeCrEt-9", "MODE=x"], ["A_TOKEN=", "B_TOKEN=[redacted]", "MODE=x"]],
  ["a private key", ["-----BEGIN PRIVATE KEY-----", "SeCrEt-9", "-----END PRIVATE KEY-----", "x"], ["[redacted]", "[redacted]", "[redacted]", "x"]],
])("secrets over several lines are masked: %s", (_, lines, masked) => {
  expect(lines.join("")).toContain(secret);
  expect(maskedLines(lines)).toEqual(masked);
});

it("what is no secret is shown as it is", () => {
  const lines = ["# keys and tokens", '"tokenizer": "bert", "args": ["--verbose", "x"]', "model = 'x'", "[mcp_servers.kb]", 'url = "http://127.0.0.1:8080/mcp?x=1"', "", "\t{", "- a list"];
  expect(maskedLines(lines)).toEqual(lines);
});

it("hostile lines are masked quickly", () => {
  const started = performance.now();
  for (const part of ["a=", '"', "'", '"a=', "--a ", "--token ", "\\", '\\"', '{"', "[", "-", " ", 'x":"', "token", '"token": ']) maskedLines(Array.from({ length: 20 }, () => part.repeat(5_000)));
  expect(performance.now() - started).toBeLessThan(2_000);
});
