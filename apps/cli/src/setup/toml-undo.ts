import { type AST, getStaticTOMLValue } from "toml-eslint-parser";
import { isStill, splice, startsWith, type Step, withSurroundings } from "./record.ts";
import { type Entry, entryAt, readToml, tableAt, type Toml } from "./toml-read.ts";

/** Takes `steps` back, the newest first. What somebody else changed or added since stays as it is. */
export function undoToml(file: string, text: string, steps: readonly Step[]): string {
  return steps.toReversed().reduce((rest, step) => undoStep(readToml(file, rest), step), text);
}

/** Removes everything at and below `path`, line by line; comments of their own stay. */
export function removeToml(file: string, text: string, path: readonly string[]): string {
  const toml = readToml(file, text);
  const entry = toml.entries.findLast(({ path: keys }) => startsWith(keys, path));
  if (entry) return removeToml(file, removeEntry(toml, entry), path);
  const table = toml.tables.findLast(({ resolvedKey }) => startsWith(resolvedKey, path));
  return table ? removeToml(file, removeLines(text, [table.range[0], table.key.range[1] + 1]), path) : text;
}

function undoStep(toml: Toml, step: Step): string {
  if (step.kind === "table") return undoTable(toml, step);
  const entry = entryAt(toml, step.path);
  if (!entry) return toml.text;
  if ("now" in step && step.now !== undefined && !isStill(step.now, getStaticTOMLValue(entry.node.value))) return toml.text;
  if (step.kind === "value") return splice(toml.text, ...entry.node.value.range, step.was);
  // Others may have come beside ours when it was alone: then a comma has to go too.
  const isAlone = !entry.inline || siblingsOf(toml, entry).length === 1;
  const range = isAlone || step.before.startsWith(",") ? withSurroundings(toml.text, entry.node.range, step) : undefined;
  return range ? splice(toml.text, ...range, "") : removeEntry(toml, entry);
}

function undoTable(toml: Toml, step: { path: string[]; before: string; after: string }): string {
  const table = tableAt(toml, step.path);
  if (!table || table.body.length > 0) return toml.text;
  const header: [number, number] = [table.range[0], table.key.range[1] + 1];
  const range = withSurroundings(toml.text, header, step);
  return range ? splice(toml.text, ...range, "") : removeLines(toml.text, header);
}

function removeEntry(toml: Toml, entry: Entry): string {
  const { text } = toml;
  const { node } = entry;
  if (!entry.inline) return removeLines(text, node.range);
  const [start, end] = node.range;
  const siblings = siblingsOf(toml, entry);
  const at = siblings.indexOf(node);
  const [previous, next] = [siblings[at - 1], siblings[at + 1]];
  if (previous) return splice(text, previous.range[1], end, "");
  return splice(text, start, next ? next.range[0] : end, "");
}

function siblingsOf({ entries }: Toml, { node }: Entry): AST.TOMLKeyValue[] {
  return entries.filter((entry) => entry.node.parent === node.parent).map((entry) => entry.node);
}

function removeLines(text: string, [start, end]: readonly [number, number]): string {
  const lineEnd = text.indexOf("\n", end);
  return splice(text, text.lastIndexOf("\n", start - 1) + 1, lineEnd < 0 ? text.length : lineEnd + 1, "");
}
