import { type AST, getStaticTOMLValue, ParseError, parseTOML } from "toml-eslint-parser";
import { configProblem, lineAt, sameKeys, startsWith } from "./record.ts";

export interface Entry {
  /** From the root: mcp_servers, kb, command. */
  path: (string | number)[];
  node: AST.TOMLKeyValue;
  /** How many keys of the path its table's header gives; the rest is its own, dotted. */
  headerKeys: number;
  /** It stands between the braces of an inline table. */
  inline: boolean;
}

export interface Toml {
  text: string;
  entries: Entry[];
  tables: AST.TOMLTable[];
}

/** Reads TOML without a byte order mark, with the place of every entry. Throws UserError("config"). */
export function readToml(file: string, text: string): Toml {
  const [top] = parse(file, text).body;
  const tables = top.body.filter((node) => node.type === "TOMLTable");
  const rootEntries = top.body.filter((node) => node.type === "TOMLKeyValue").flatMap((node) => entriesOf(node, [], 0));
  return { text, tables, entries: [...rootEntries, ...tables.flatMap((table) => table.body.flatMap((node) => entriesOf(node, table.resolvedKey, table.resolvedKey.length)))] };
}

export function entryAt(toml: Toml, path: readonly string[]): Entry | undefined {
  return toml.entries.find((entry) => sameKeys(entry.path, path));
}

export function tableAt(toml: Toml, path: readonly string[]): AST.TOMLTable | undefined {
  return toml.tables.find((table) => sameKeys(table.resolvedKey, path));
}

/** The value at `path` as plain data, or undefined when nothing is there or it is a table with a header. */
export function valueAt(toml: Toml, path: readonly string[]): unknown {
  const entry = entryAt(toml, path);
  return entry && getStaticTOMLValue(entry.node.value);
}

/** Whether anything stands at or below `path`. */
export function hasKeys(toml: Toml, path: readonly string[]): boolean {
  return [...toml.entries.map((entry) => entry.path), ...toml.tables.map((table) => table.resolvedKey)].some((keys) => startsWith(keys, path));
}

/** Keys need tables above them: throws UserError("config") where `path` goes through a plain value or an array of tables. */
export function requireTables(file: string, toml: Toml, path: readonly string[]): void {
  for (let length = 1; length < path.length; length++) {
    const above = path.slice(0, length);
    const entry = entryAt(toml, above);
    const list = toml.tables.find(({ resolvedKey }) => startsWith(resolvedKey, above) && typeof resolvedKey[length] === "number");
    if ((entry && entry.node.value.type !== "TOMLInlineTable") || list) {
      throw configProblem(file, lineAt(toml.text, (entry?.node ?? list)?.range[0] ?? 0), `${above.join(".")} must be a table`);
    }
  }
}

function entriesOf(node: AST.TOMLKeyValue, prefix: (string | number)[], headerKeys: number, inline = false): Entry[] {
  const path = [...prefix, ...getStaticTOMLValue(node.key)];
  const within = node.value.type === "TOMLInlineTable" ? node.value.body.flatMap((each) => entriesOf(each, path, headerKeys, true)) : [];
  return [{ path, node, headerKeys, inline }, ...within];
}

function parse(file: string, text: string): AST.TOMLProgram {
  try {
    return parseTOML(text, { tomlVersion: "1.0" });
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    // What a line lacks is noticed at the start of the next one.
    if (error.column === 0) parse(file, text.slice(0, error.index).trimEnd());
    throw configProblem(file, Math.min(error.lineNumber, lineAt(text, text.trimEnd().length)), "not valid TOML", error);
  }
}
