import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type ParseError, parseTree, getNodeValue, findNodeAtLocation, printParseErrorCode } from "jsonc-parser";
import type * as z from "zod";
import { errorCode } from "./errors.ts";

export interface ConfigResult<T> {
  value: T;
  /** What is wrong, each with file and line; the defaults stand in for the whole section then. */
  problems: string[];
}

/**
 * Reads one section of `<home>/paios.json` (JSON with comments), checked by `schema`, whose defaults must accept `{}`.
 * Never throws for bad content: it is named, with file and line, and the defaults serve.
 */
export function readConfig<T>(home: string, section: string, schema: z.ZodType<T>): ConfigResult<T> {
  const path = join(home, "paios.json");
  const defaults = schema.parse({});
  let text: string;
  try {
    text = readFileSync(path, "utf8").replace(/^\uFEFF/, "");
  } catch (error) {
    const missing = errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR";
    return { value: defaults, problems: missing ? [] : [`${path} cannot be read (${errorCode(error)}); the defaults are used`] };
  }
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first || !tree) {
    return { value: defaults, problems: [`${path}:${lineAt(text, first?.offset ?? 0)}: ${first ? printParseErrorCode(first.error) : "empty"}; the defaults are used`] };
  }
  if (tree.type !== "object") return { value: defaults, problems: [`${path}:${lineAt(text, tree.offset)}: must be one object, { … }; the defaults are used`] };
  const node = findNodeAtLocation(tree, [section]);
  const input: unknown = node ? getNodeValue(node) : {};
  const parsed = schema.safeParse(input);
  if (parsed.success) return { value: parsed.data, problems: [] };
  const problems = parsed.error.issues.map((issue) => {
    const keys = [section, ...issue.path.map((key) => (typeof key === "number" ? key : String(key)))];
    const at = findNodeAtLocation(tree, keys) ?? node;
    return `${path}:${lineAt(text, at?.offset ?? 0)}: ${keys.join(".")}: ${issue.message}; the defaults of "${section}" are used`;
  });
  return { value: defaults, problems };
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}
