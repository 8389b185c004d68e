import { isDeepStrictEqual } from "node:util";
import { type AST, getStaticTOMLValue } from "toml-eslint-parser";
import { lineEndOf, noteValue, sameKeys, splice, startsWith, type Step } from "./record.ts";
import { type Entry, entryAt, readToml, requireTables, tableAt, type Toml } from "./toml-read.ts";

export type TomlValue = string | number | boolean | readonly string[];

/** Sets one value in TOML; every other byte stays. `steps` is what was done before, and is added to. */
export function setToml(file: string, text: string, path: readonly string[], value: TomlValue, steps: Step[]): string {
  const toml = readToml(file, text);
  const present = entryAt(toml, path);
  if (present) return replaceValue(text, present, path, value, steps);
  requireTables(file, toml, [...path, ""]);

  const inline = toml.entries.findLast((entry) => entry.node.value.type === "TOMLInlineTable" && startsWith(path, entry.path));
  if (inline) return insertInline(text, inline, path, value, steps);
  const table = tableAt(toml, path.slice(0, -1));
  if (table) return insertLine(text, endOf(table), indentOf(text, table.body.at(-1)), path, path.slice(-1), value, steps);
  const sibling = dottedSibling(toml, path);
  if (sibling) return insertLine(text, sibling.node.range[1], indentOf(text, sibling.node), path, path.slice(sibling.headerKeys), value, steps);
  return setToml(file, insertTable(toml, path.slice(0, -1), steps), path, value, steps);
}

function replaceValue(text: string, { node }: Entry, path: readonly string[], value: TomlValue, steps: Step[]): string {
  const [start, end] = node.value.range;
  if (isDeepStrictEqual(getStaticTOMLValue(node.value), value)) return text;
  const now = source(value);
  noteValue(steps, path, text.slice(start, end), getStaticTOMLValue(node.value), now);
  return splice(text, start, end, now);
}

function insertInline(text: string, { path: above, node }: Entry, path: readonly string[], value: TomlValue, steps: Step[]): string {
  const { body, range } = node.value as AST.TOMLInlineTable;
  const last = body.at(-1);
  const at = last ? last.range[1] : range[0] + 1;
  const after = last || text[at] !== "}" ? "" : " ";
  return insertEntry(text, at, { before: last ? ", " : " ", after }, path, path.slice(above.length), value, steps);
}

function insertLine(text: string, lastLine: number, indent: string, path: readonly string[], keys: readonly string[], value: TomlValue, steps: Step[]): string {
  const eol = lineEndOf(text);
  const at = text.indexOf("\n", lastLine) + 1;
  const around = at > 0 ? { before: indent, after: eol } : { before: eol + indent, after: "" };
  return insertEntry(text, at > 0 ? at : text.length, around, path, keys, value, steps);
}

function insertEntry(text: string, at: number, around: { before: string; after: string }, path: readonly string[], keys: readonly string[], value: TomlValue, steps: Step[]): string {
  note(steps, { kind: "entry", path: [...path], ...around, now: source(value) });
  return splice(text, at, at, `${around.before}${keySource(keys)} = ${source(value)}${around.after}`);
}

/** A header after the last table that shares most keys with it, or at the end. */
function insertTable({ text, tables }: Toml, path: readonly string[], steps: Step[]): string {
  const eol = lineEndOf(text);
  const shared = (table: AST.TOMLTable) => path.filter((_, at) => startsWith(table.resolvedKey, path.slice(0, at + 1))).length;
  const most = Math.max(0, ...tables.map(shared));
  const relative = most > 0 ? tables.findLast((table) => shared(table) === most) : undefined;
  const at = relative ? afterComments(text, endOf(relative)) : text.length;
  const above = text.slice(0, at);
  const blank = above === "" || /\n\r?\n$/.test(above) ? "" : eol;
  const before = above === "" || above.endsWith("\n") ? blank : eol + eol;
  note(steps, { kind: "table", path: [...path], before, after: eol });
  return splice(text, at, at, `${before}[${keySource(path)}]${eol}`);
}

/** The entry after which a dotted key continues a table that only dotted keys made. */
function dottedSibling({ entries }: Toml, path: readonly string[]): Entry | undefined {
  for (let length = path.length - 1; length > 0; length--) {
    const found = entries.findLast((entry) => !entry.inline && entry.headerKeys < length && entry.path.length > length && startsWith(entry.path, path.slice(0, length)));
    if (found) return found;
  }
  return undefined;
}

function endOf(table: AST.TOMLTable): number {
  return table.body.at(-1)?.range[1] ?? table.key.range[1];
}

/** After the line of `offset`, and after comments right below it that belong to nothing further down. */
function afterComments(text: string, offset: number): number {
  const lineEnd = (from: number) => (text.includes("\n", from) ? text.indexOf("\n", from) + 1 : text.length);
  const start = lineEnd(offset);
  let at = start;
  while (/^[ \t]*#/.test(text.slice(at, lineEnd(at)))) at = lineEnd(at);
  return text.slice(at, lineEnd(at)).trim() === "" ? at : start;
}

function indentOf(text: string, node: AST.TOMLKeyValue | undefined): string {
  if (!node) return "";
  const before = text.slice(text.lastIndexOf("\n", node.range[0] - 1) + 1, node.range[0]);
  return before.trim() === "" ? before : "";
}

function note(steps: Step[], step: Step): void {
  const stale = steps.findIndex((each) => sameKeys(each.path, step.path) && (each.kind === "table") === (step.kind === "table"));
  if (stale >= 0) steps.splice(stale, 1);
  steps.push(step);
}

function keySource(keys: readonly string[]): string {
  return keys.map((key) => (/^[\w-]+$/.test(key) ? key : quoted(key))).join(".");
}

function source(value: TomlValue): string {
  if (typeof value === "string") return quoted(value);
  return typeof value === "object" ? `[${value.map(quoted).join(", ")}]` : String(value);
}

/** A JSON string is a TOML basic string, but for DEL. */
function quoted(value: string): string {
  return JSON.stringify(value).replaceAll("\u007F", String.raw`\u007F`);
}
