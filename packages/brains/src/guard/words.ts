import type { Word, WordPart } from "unbash";
import { type Call, unknown, type Value } from "./call.ts";
import type { State } from "./state.ts";
import type { Walk } from "./walk.ts";

interface Piece {
  /** What it may be; more than one where a variable may have several values. */
  texts: string[];
  sure: boolean;
  inner: Call[];
  /** Blanks in it part words. */
  splits: boolean;
}

const maxValues = 64;

/** The words that a word of the script becomes: more than one by braces, by blanks in a variable, or where it may be several. */
export function evaluate(word: Word, state: State, walk: Walk): Value[] {
  const parts: readonly WordPart[] = word.parts ?? [{ type: "Literal", pos: word.pos, end: word.end, value: word.value, text: word.text }];
  const pieces = parts.map((part) => pieceOf(part, state, walk, false));
  if (word.text.startsWith("~") && pieces[0]) pieces[0].texts = pieces[0].texts.map((text) => withHome(text, state));
  let texts = [""];
  for (const piece of pieces) texts = texts.flatMap((before) => piece.texts.map((text) => before + text)).slice(0, maxValues);
  const sure = pieces.every((piece) => piece.sure);
  const inner = pieces.flatMap((piece) => piece.inner);
  const splits = pieces.some((piece) => piece.splits);
  // A word that was nothing but an empty variable is no word at all.
  const all = splits ? texts.flatMap((text) => text.split(/\s+/).filter((part) => part !== "")) : texts;
  return all.map((text) => ({ text, sure, inner }));
}

/** The text of a word that has nothing to expand. */
export function plain(word: Word): string {
  return word.value;
}

function pieceOf(part: WordPart, state: State, walk: Walk, quoted: boolean): Piece {
  switch (part.type) {
    case "Literal":
    case "SingleQuoted":
    case "AnsiCQuoted":
      return known(part.value);
    case "Glob":
    case "ExtendedGlob":
      return known(part.type === "Glob" ? part.text : "*");
    case "DoubleQuoted":
    case "LocaleString": {
      const pieces = part.parts.map((each) => pieceOf(each, state, walk, true));
      let texts = [""];
      for (const piece of pieces) texts = texts.flatMap((before) => piece.texts.map((text) => before + text)).slice(0, maxValues);
      return { texts, sure: pieces.every(({ sure }) => sure), inner: pieces.flatMap(({ inner }) => inner), splits: false };
    }
    case "SimpleExpansion":
      return variable(part.text.slice(1), state, quoted);
    case "ParameterExpansion":
      return part.prefix !== undefined || (part.index !== undefined && !/^[@*]$/.test(part.index.value)) || (part.operation !== undefined && !(part.operation.type === "Default" && /^:?\?$/.test(part.operation.operator))) ? unsure() : variable(part.parameter, state, quoted);
    case "CommandExpansion": {
      const start = walk.calls.length;
      walk.node(part, state);
      const inner = walk.calls.slice(start);
      const said = outputOf(inner, state);
      return said === undefined ? unsure(inner) : { texts: [said], sure: true, inner, splits: !quoted };
    }
    case "ProcessSubstitution": {
      const start = walk.calls.length;
      walk.node(part, state);
      return { ...known("/dev/fd/63"), inner: walk.calls.slice(start) };
    }
    case "BraceExpansion":
      return /[$`"'\\]/.test(part.text) ? unsure() : { ...known(""), texts: braces(part.text) };
    case "ArithmeticExpansion":
      break;
  }
  walk.node(part, state);
  return unsure();
}

function known(text: string): Piece {
  return { texts: [text], sure: true, inner: [], splits: false };
}

function unsure(inner: Call[] = []): Piece {
  return { texts: [unknown], sure: false, inner, splits: false };
}

function variable(name: string, state: State, quoted: boolean): Piece {
  const values = state.variables.get(name === "*" ? "@" : name);
  if (!values || (!quoted && state.variables.has("IFS"))) return unsure();
  return { texts: values, sure: true, inner: [], splits: !quoted || name === "@" };
}

/** What a substitution prints, where it does nothing but say what the script has. */
function outputOf(calls: readonly Call[], state: State): string | undefined {
  const [call, more] = calls.filter(({ program }) => program !== "");
  if (!call || more || call.redirects.length > 0 || !call.args.every(({ sure }) => sure)) return undefined;
  const texts = call.args.map(({ text }) => text);
  if (call.program === "pwd" && state.folders.length === 1) return state.folders[0];
  if (call.program === "echo") return texts[0] === "-e" ? undefined : texts.filter((text, at) => at > 0 || text !== "-n").join(" ");
  if (call.program === "printf" && texts.length === 1 && !/[%\\]/.test(texts[0] ?? "")) return texts[0];
  if (call.program === "printf" && texts.length > 1 && /^(?:%s ?)+(?:\\n)?$/.test(texts[0] ?? "")) return texts[0]?.includes(" ") ? texts.slice(1).join(" ") : texts.slice(1).join("");
  if ((call.program === "which" || call.program === "command") && texts.length > 0) return texts.at(-1);
  return undefined;
}

function withHome(text: string, { home, folders }: State): string {
  const slash = text.indexOf("/");
  const name = slash < 0 ? text.slice(1) : text.slice(1, slash);
  const rest = slash < 0 ? "" : text.slice(slash);
  if (name === "") return home + rest;
  return name === "+" ? (folders[0] ?? unknown) + rest : `/home/${name}${rest}`;
}

/** `{a,b{c,d}}`, and a sequence as anything. */
function braces(text: string): string[] {
  const body = text.slice(1, -1);
  const choices: string[] = [];
  let depth = 0;
  let current = "";
  for (const character of body) {
    if (character === "{") depth++;
    if (character === "}") depth--;
    if (character === "," && depth === 0) {
      choices.push(current);
      current = "";
    } else current += character;
  }
  choices.push(current);
  if (choices.length === 1) return ["*"];
  return choices.flatMap((choice) => nested(choice)).slice(0, maxValues);
}

function nested(choice: string): string[] {
  const open = choice.indexOf("{");
  const close = choice.lastIndexOf("}");
  if (open < 0 || close < open) return [choice];
  return braces(choice.slice(open, close + 1)).map((each) => choice.slice(0, open) + each + choice.slice(close + 1));
}
