import { isDeepStrictEqual } from "node:util";
import { createScanner, findNodeAtLocation, getNodeValue, type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";
import { configProblem, isStill, lineAt, lineEndOf, noteValue, sameKeys, splice, type Step, withSurroundings } from "./record.ts";

/** Reads JSON (comments allowed) whose root is one object. Throws UserError("config"). */
export function readJson(file: string, text: string): Node {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first) throw configProblem(file, lineAt(text, Math.min(first.offset, text.trimEnd().length)), `not valid JSON (${printParseErrorCode(first.error)})`);
  if (tree?.type !== "object") throw configProblem(file, lineAt(text, tree?.offset ?? 0), "must be one object, { … }");
  return tree;
}

/** The plain value at `path`, or undefined. */
export function jsonAt(tree: Node, path: readonly string[]): unknown {
  const node = findNodeAtLocation(tree, [...path]);
  return node && getNodeValue(node);
}

/** Sets one property; every other byte stays. Missing objects above it are made. Throws UserError("config") where one of them is something else. */
export function setJson(file: string, text: string, path: readonly string[], value: unknown, steps: Step[]): string {
  const tree = readJson(file, text);
  const present = findNodeAtLocation(tree, [...path]);
  if (present) return isDeepStrictEqual(getNodeValue(present), value) ? text : replace(text, present, path, value, steps);
  for (let length = 1; length < path.length; length++) {
    const above = path.slice(0, length);
    const type = findNodeAtLocation(tree, above)?.type;
    if (type === undefined) return setJson(file, addContainer(file, text, above, {}, steps), path, value, steps);
    if (type !== "object") throw configProblem(file, lineAt(text, findNodeAtLocation(tree, above)?.offset ?? 0), `"${above.join(".")}" must be an object, { … }`);
  }
  const parent = (path.length > 1 ? findNodeAtLocation(tree, path.slice(0, -1)) : tree) ?? tree;
  return insert(text, parent, `${JSON.stringify(path.at(-1))}: `, value, { kind: "entry", path: [...path] }, steps);
}

/** Adds a string to the array at `path`, which is made when missing. */
export function addToJsonArray(file: string, text: string, path: readonly string[], value: string, steps: Step[]): string {
  const tree = readJson(file, text);
  const node = findNodeAtLocation(tree, [...path]);
  if (!node) return addToJsonArray(file, addContainer(file, text, path, [], steps), path, value, steps);
  if (node.type !== "array") throw configProblem(file, lineAt(text, node.offset), `"${path.join(".")}" must be an array, [ … ]`);
  if (node.children?.some((child) => child.value === value)) return text;
  return insert(text, node, "", value, { kind: "element", path: [...path, value] }, steps);
}

/** Takes `steps` back, the newest first; an object or array that somebody else fills by now stays. */
export function undoJson(file: string, text: string, steps: readonly Step[]): string {
  return steps.toReversed().reduce((rest, step) => undoStep(rest, readJson(file, rest), step), text);
}

/** What stays when others fill it, and goes when it is empty again. */
function addContainer(file: string, text: string, path: readonly string[], value: object, steps: Step[]): string {
  const result = setJson(file, text, path, value, steps);
  const step = steps.pop();
  if (step?.kind === "entry") steps.push({ kind: "table", path: step.path, before: step.before, after: step.after });
  return result;
}

function replace(text: string, node: Node, path: readonly string[], value: unknown, steps: Step[]): string {
  const was = text.slice(node.offset, node.offset + node.length);
  const now = source(text, value, lineIndent(text, node.offset));
  noteValue(steps, path, was, getNodeValue(node), JSON.stringify(value));
  return splice(text, node.offset, node.offset + node.length, now);
}

function insert(text: string, parent: Node, key: string, value: unknown, step: { kind: "entry" | "element"; path: string[] }, steps: Step[]): string {
  const last = parent.children?.at(-1);
  const inLine = !text.trim().includes("\n") && text.trim() !== "{}";
  const outer = lineIndent(text, parent.offset);
  const indent = outer + indentUnit(text);
  const eol = lineEndOf(text);
  const end = parent.offset + parent.length - 1;
  const isOpen = text.slice(parent.offset, end).includes("\n");
  const close = last || inLine || isOpen ? "" : eol + outer;
  // A comment behind the last one would end up behind ours: then ours comes first.
  const commented = last && !/^[\s,]*$/.test(text.slice(last.offset + last.length, end));
  const lead = inLine ? (last && /,\s/.test(text.slice(parent.offset, end)) ? " " : "") : eol + indent;
  const around = commented ? { before: lead, after: "," } : { before: (last ? "," : "") + lead, after: close };
  const at = last && !commented ? last.offset + last.length : parent.offset + 1;
  const inserted = `${around.before}${key}${inLine ? JSON.stringify(value) : source(text, value, indent)}${around.after}`;
  const stale = steps.findIndex((each) => sameKeys(each.path, step.path) && each.kind !== "value");
  if (stale >= 0) steps.splice(stale, 1);
  steps.push({ ...step, ...around, ...(step.kind === "entry" && { now: JSON.stringify(value) }) });
  return splice(text, at, at, inserted);
}

function undoStep(text: string, tree: Node, step: Step): string {
  const path = step.kind === "element" ? step.path.slice(0, -1) : step.path;
  const node = findNodeAtLocation(tree, path);
  if (!node) return text;
  if ("now" in step && step.now !== undefined && !isStill(step.now, getNodeValue(node))) return text;
  if (step.kind === "value") return splice(text, node.offset, node.offset + node.length, step.was);
  const index = node.children?.findIndex((child) => child.value === step.path.at(-1)) ?? -1;
  const target = step.kind === "element" ? node.children?.[index] : node.parent;
  if (!target || (step.kind === "table" && (node.children?.length ?? 0) > 0)) return text;
  const range = withSurroundings(text, [target.offset, target.offset + target.length], step);
  // Others may have come beside ours when it was alone: then a comma has to go too.
  const isAlone = target.parent?.children?.length === 1;
  if (range && (isAlone || step.before.startsWith(",") || step.after === ",")) return splice(text, ...range, "");
  return target.parent ? removeChild(text, target.parent, target) : text;
}

/** Removes one property or element with one comma, and its line when it was alone on it; comments around it stay. */
function removeChild(text: string, parent: Node, target: Node): string {
  const end = target.offset + target.length;
  const previous = parent.children?.[parent.children.indexOf(target) - 1];
  const comma = commaAfter(text, end) ?? (previous && commaAfter(text, previous.offset + previous.length));
  if (comma === undefined) return removeSpan(text, target.offset, end);
  if (comma < end) return splice(removeSpan(text, target.offset, end), comma, comma + 1, "");
  return comma === end ? removeSpan(text, target.offset, end + 1) : removeSpan(splice(text, comma, comma + 1, ""), target.offset, end);
}

function removeSpan(text: string, start: number, end: number): string {
  const line = text.lastIndexOf("\n", start - 1) + 1;
  const above = text.slice(line, start).trimEnd();
  const next = text.indexOf("\n", end);
  const isAlone = above === "" && next >= 0 && text.slice(end, next).trim() === "";
  return splice(text, line + above.length, isAlone ? next + 1 : end, "");
}

/** The place of a comma that comes next, comments aside. */
function commaAfter(text: string, offset: number): number | undefined {
  const scanner = createScanner(text, true);
  scanner.setPosition(offset);
  scanner.scan();
  return text[scanner.getTokenOffset()] === "," ? scanner.getTokenOffset() : undefined;
}

function source(text: string, value: unknown, indent: string): string {
  return JSON.stringify(value, null, indentUnit(text)).replaceAll("\n", lineEndOf(text) + indent);
}

function indentUnit(text: string): string {
  return /\n([ \t]+)\S/.exec(text.slice(0, 10_000))?.[1] ?? "  ";
}

function lineIndent(text: string, offset: number): string {
  const line = text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset);
  return /^[ \t]*/.exec(line)?.[0] ?? "";
}
