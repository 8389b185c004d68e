import { seededRandom } from "@paios/shared/testing/random";
import { getStaticTOMLValue, parseTOML } from "toml-eslint-parser";
import { expect, it } from "vitest";
import { registerCodex, unregisterCodex } from "./codex-config.ts";
import { kb, lawBreaks } from "./example.ts";

const file = "config.toml";
const [hook, folder] = ["paios@paios:hooks/hooks.json:stop:0:0", "/home/ada/.paios/paios-plugins"];
const wish = { servers: [kb], consented: ["kb_forget"], features: [{ name: "memories", aliases: ["memory_tool"], value: true }], hooks: [{ key: hook, hash: "sha256:a1/sha256:b2" }], plugin: folder };
const files = 300;

it(`CHANGE-01 holds for ${files} random files: only our keys differ, a second time changes nothing, undoing gives the first text`, () => {
  const random = seededRandom(20_261_121);
  const kinds = { taken: 0, crlf: 0, open: 0 };
  for (let n = 0; n < files; n++) {
    const text = randomToml(random);
    expect(dataOf(registerCodex(file, text, wish).text), text).toEqual(withOurs(dataOf(text)));
    expect(lawBreaks(text, (present, record) => registerCodex(file, present, wish, record), (present, record) => unregisterCodex(file, present, record)), text).toEqual([]);
    if (/kb/.test(text)) kinds.taken++;
    if (text.includes("\r\n")) kinds.crlf++;
    if (!text.endsWith("\n")) kinds.open++;
  }
  // The generator must reach the hard cases, or the law says little.
  expect(Object.values(kinds).every((count) => count > files / 10), JSON.stringify(kinds)).toBe(true);
});

it(`CHANGE-01 leaves what others put in since: ${files} random files, with more in every table`, () => {
  const random = seededRandom(7);
  for (let n = 0; n < files; n++) {
    const text = randomToml(random);
    const { text: result, record } = registerCodex(file, text, wish);
    const eol = text.includes("\r\n") ? "\r\n" : "\n";
    const filled = result
      .replaceAll("{ ", "{ theirs = 1, ")
      .split(eol)
      .map((line) => (/^\uFEFF?\[/.test(line) ? `${line}${eol}theirs = 1` : line))
      .join(eol);
    const rest = unregisterCodex(file, filled, record) ?? "";
    expect(rest, text).toContain("theirs = 1");
    const emptied = rest.replaceAll("{ theirs = 1, ", "{ ").replaceAll("{ theirs = 1", "{ ").replaceAll(`${eol}theirs = 1`, "");
    expect(withoutEmpty(dataOf(emptied)), `${text}\n--\n${filled}\n--\n${rest}`).toEqual(withoutEmpty(dataOf(text)));
  }
});

type Table = { [key: string]: unknown };

function dataOf(text: string): Table {
  return getStaticTOMLValue(parseTOML(text.replace("\uFEFF", ""), { tomlVersion: "1.0" }));
}

/** A table of ours stays when others are in it. */
function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value) || value instanceof Date || typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withoutEmpty(each)] as const).filter(([, each]) => JSON.stringify(each) !== "{}"));
}

/** What the file must say then; the older name of a feature stays where the file has it. */
function withOurs(data: Table): Table {
  const { mcp_servers: servers = {}, features = {} } = data as { mcp_servers?: Table; features?: Table };
  const present = (servers["kb"] ?? {}) as { tool_timeout_sec?: number; env?: Table };
  const entry = {
    ...present,
    command: kb.command,
    args: kb.args,
    startup_timeout_sec: 10,
    tool_timeout_sec: Math.max(120, present.tool_timeout_sec ?? 0),
    env: { ...present.env, ...kb.env },
    tools: { kb_forget: { approval_mode: "approve" } },
  };
  const memories = "memory_tool" in features ? "memory_tool" : "memories";
  return {
    ...data,
    mcp_servers: { ...servers, kb: entry },
    features: { ...features, [memories]: true },
    hooks: { state: { [hook]: { trusted_hash: "sha256:a1", trusted_content_hash: "sha256:b2" } } },
    marketplaces: { paios: { source_type: "local", source: folder } },
    plugins: { "paios@paios": { enabled: true } },
  };
}

type Random = ReturnType<typeof seededRandom>;

function randomToml(random: Random): string {
  const maybe = (share: number, make: () => string) => (random.below(100) < share ? make() : "");
  const value = () => random.pick(["true", "12", "1.5", '"a # b"', "'c:\\d'", "[1, 2]", "[\n  1, # one\n  2,\n]", '"""\n[not.a.table]\n"""', "{ a = 1, b.c = 'x' }", "2026-01-02T03:04:05Z", "{}", "[{ x = 1 }]"]);
  const trailing = () => maybe(20, () => random.pick([" # why", "   ", "\t# [mcp_servers.kb]"]));
  const between = () => maybe(25, () => random.pick(["# a comment\n", "\n", "\n\n", "  # deep\n\n", "#\n# two\n"]));
  let unique = 0;
  const line = (indent: string) => `${indent}${random.pick(["key", '"quoted key"', "a.b", "x . y", "'lit'"])}${unique++ === 0 ? "" : `.k${unique}`}${random.pick([" = ", "=", "  =  "])}${value()}${trailing()}\n`;
  const lines = () => {
    // Keys of one table share no beginning: a dotted key after a plain one of the same name is not valid.
    const indent = maybe(20, () => random.pick(["  ", "\t"]));
    return Array.from({ length: random.below(4) }, () => between() + line(indent).replace(/^(\s*)/, `$1p${unique}.`)).join("");
  };
  const ours = (at: string) => {
    const command = `command = ${random.pick(['"npx"', "'/usr/bin/kb'"])}${trailing()}\n`;
    const args = random.pick(["args = []\n", 'args = [\n  "-y", # yes\n  "kb",\n]\n', ""]);
    const times = random.pick(["tool_timeout_sec = 600\n", "tool_timeout_sec = 5 # short\n", ""]);
    const inline = random.pick(['env = { A = "1" }\n', "env = {}\n", 'env.A = "1"\n', ""]);
    const below = random.pick([`\n[${at}.env2]\nB = "2"\n`, ""]);
    return `[${at}]${trailing()}\n${command}${between()}${args}${times}${inline}${below}`;
  };
  const server = () =>
    random.pick([
      () => ours("mcp_servers.kb"),
      () => ours('mcp_servers."kb"'),
      () => ours("mcp_servers . kb"),
      () => `[mcp_servers.other]\ncommand = "x"\n${between()}`,
      () => `[mcp_servers.kb.env]\nA = "1"\n${between()}[mcp_servers.kb]\ncommand = "x"\n`,
      () => '[mcp_servers]\nkb = { command = "x", args = ["y"] } # short\n',
      () => '[mcp_servers]\nkb.command = "x"\nkb.env.A = "1"\n',
      () => '[mcp_servers]\nother = { command = "x" }\n',
      () => "[mcp_servers]\n",
      () => "",
    ])();
  const features = () => random.pick(["[features]\nhooks = true\n", "[features]\nmemories = false # slow\n", "[features]\n  memory_tool = false\n", "[features] # none yet\n", ""]);
  const root = () => random.pick(["", "", 'mcp_servers.other.command = "x"\n', "features.hooks = true\n", "features = { hooks = true }\n", 'mcp_servers = { other = { command = "x" } }\n']);
  const start = root();
  const others = () => Array.from({ length: random.below(4) }, () => `${between()}${random.pick([`[table${unique++}]`, `[[list${unique % 2}]]`, `[ sp${unique++} . x ]`])}${trailing()}\n${lines()}`);
  const parts = [...others(), between() + (start.startsWith("mcp_servers") ? "" : server()), between() + (start.startsWith("features") ? "" : features()), ...others()];
  const shift = random.below(parts.length);
  const text = start + lines() + [...parts.slice(shift), ...parts.slice(0, shift)].join("") + between();
  const eol = random.pick(["\n", "\n", "\r\n"]);
  const open = random.pick([true, false, false]) ? text.trimEnd() : text;
  return random.pick(["", "", "", "\uFEFF"]) + open.replaceAll("\n", eol);
}
