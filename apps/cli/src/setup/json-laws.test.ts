import { seededRandom } from "@paios/shared/testing/random";
import { parse } from "jsonc-parser";
import { describe, expect, it } from "vitest";
import { allowClaude, registerClaude, unregisterClaude } from "./claude-config.ts";
import { kb, lawBreaks, obs } from "./example.ts";
import type { FileRecord } from "./record.ts";

const file = "settings.json";
const files = 300;
const register = (text: string | undefined, record?: FileRecord) => registerClaude(file, text, [kb, obs], record);
const allow = (text: string | undefined, record?: FileRecord) => allowClaude(file, text, { servers: [kb, obs], consented: ["kb_forget"], plugin: "/home/ada/.paios/paios-plugins" }, record);
const unregister = (text: string, record: FileRecord) => unregisterClaude(file, text, record);

describe.each([["registerClaude", register, 1], ["allowClaude", allow, 2]] as const)("%s", (_, edit, seed) => {
  it(`CHANGE-01 holds for ${files} random files: a second time changes nothing, and undoing gives the first text`, () => {
    const random = seededRandom(seed);
    const kinds = { comments: 0, crlf: 0, oneLine: 0, taken: 0 };
    for (let n = 0; n < files; n++) {
      const text = randomJson(random);
      expect(lawBreaks(text, edit, unregister), text).toEqual([]);
      if (text.includes("// why")) kinds.comments++;
      if (text.includes("\r\n")) kinds.crlf++;
      if (!text.trim().includes("\n")) kinds.oneLine++;
      if (text.includes('"npx"')) kinds.taken++;
    }
    // The generator must reach the hard cases, or the law says little.
    expect(Object.values(kinds).every((count) => count > files / 10), JSON.stringify(kinds)).toBe(true);
  });

  it(`CHANGE-01 leaves what others put in since: ${files} random files, written anew with more in every object and list`, () => {
    const random = seededRandom(seed + 10);
    for (let n = 0; n < files; n++) {
      const text = randomJson(random);
      const { text: result, record } = edit(text);
      const front = random.pick([true, false]);
      const rewritten = JSON.stringify(filled(read(result), front), null, random.pick([0, 2, "\t"]));
      const rest: unknown = JSON.parse(unregister(rewritten, record) ?? "{}");
      expect(stripped(rest), `${text}\n${rewritten}`).toEqual(stripped(read(text)));
    }
  });
});

type Random = ReturnType<typeof seededRandom>;

function read(text: string): unknown {
  return parse(text.replace("\uFEFF", ""), [], { allowTrailingComma: true }) as unknown;
}

/** With something of others in each object and list but the servers' and the marketplace's, first or last. */
function filled(value: unknown, front: boolean): unknown {
  if (Array.isArray(value)) return front ? ["theirs", ...(value as unknown[])] : [...(value as unknown[]), "theirs"];
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, each]) => [key, ["kb", "obs", "paios"].includes(key) ? each : filled(each, front)] as const);
  return Object.fromEntries(front ? [["theirs", 1], ...entries] : [...entries, ["theirs", 1]]);
}

/** Without what `filled` put in, and without the containers that may be ours and stay for it. */
function stripped(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((each) => each !== "theirs");
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]) => {
      const rest = stripped(each);
      const isOurs = ["mcpServers", "permissions", "allow", "extraKnownMarketplaces", "enabledPlugins"].includes(key) && JSON.stringify(rest).length === 2;
      return key === "theirs" || isOurs ? [] : [[key, rest]];
    }),
  );
}

function randomJson(random: Random): string {
  const style = random.pick(["minified", "spaced", "lines", "lines", "lines"]);
  const unit = random.pick(["  ", "    ", "\t"]);
  const withComments = style === "lines" && random.pick([true, false]);
  const trailingComma = random.pick([true, false, false]);
  const comment = () => (withComments && random.below(4) === 0 ? random.pick([" // why", " /* why, */", " // why, \"mcpServers\": {"]) : "");
  const wrap = (open: string, parts: readonly string[], close: string, depth: number): string => {
    if (style !== "lines") return style === "minified" ? open + parts.join(",") + close : parts.length > 0 ? `${open} ${parts.join(", ")} ${close}` : open + close;
    if (parts.length === 0) return withComments && random.below(3) === 0 ? `${open} // why\n${unit.repeat(depth)}${close}` : open + close;
    const line = (part: string, at: number) => `${unit.repeat(depth + 1)}${part}${at < parts.length - 1 || trailingComma ? "," : ""}${comment()}\n`;
    return `${open}${comment()}\n${parts.map(line).join("")}${withComments && random.below(4) === 0 ? `${unit.repeat(depth + 1)}// why not\n` : ""}${unit.repeat(depth)}${close}`;
  };
  const colon = style === "minified" ? ":" : ": ";
  const object = (entries: readonly [string, string][], depth: number) => wrap("{", entries.map(([key, source]) => JSON.stringify(key) + colon + source), "}", depth);
  const value = (depth: number): string => {
    const kind = random.below(depth > 3 ? 3 : 5);
    if (kind === 3) return wrap("[", Array.from({ length: random.below(3) }, () => value(depth + 1)), "]", depth);
    if (kind === 4) return object(others(depth + 1), depth);
    return random.pick(["1.5", "true", "null", '"a, b // c"', String.raw`"\"}\u00e9"`, '"ä"']);
  };
  const others = (depth: number): [string, string][] => Array.from({ length: random.below(4) }, (_, n) => [`key ${n}`, value(depth)]);
  const inSome = <T>(make: () => T): T[] => (random.below(2) === 0 ? [make()] : []);
  const server = (): string => object([["command", '"npx"'], ...inSome((): [string, string] => ["env", object(inSome((): [string, string] => ["A", '"1"']), 3)]), ...inSome((): [string, string] => ["timeout", random.pick(["5", "600000"])])], 2);
  const mcpServers = (): [string, string] => ["mcpServers", object([...others(1), ...inSome((): [string, string] => ["kb", server()])], 1)];
  const rules = () => wrap("[", [...inSome(() => '"Bash(ls)"'), ...inSome(() => '"mcp__obs__obs_query"')], "]", 2);
  const permissions = (): [string, string] => ["permissions", object([...others(1), ...inSome((): [string, string] => ["allow", rules()])], 1)];
  const numbered = (entries: [string, string][], name: string): [string, string][] => entries.map(([key, source]) => [`${name} ${key}`, source]);
  const whole = object([...numbered(others(1), "first"), ...inSome(mcpServers), ...inSome(permissions), ...numbered(others(1), "last")], 0) + random.pick(["", "\n"]);
  return random.pick(["", "", "", "\uFEFF"]) + whole.replaceAll("\n", random.pick(["\n", "\n", "\r\n"]));
}
