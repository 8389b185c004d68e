import type { Token } from "./override-tokens.ts";

export type Kind = "order" | "weak" | "refused" | "told" | "corrects";

/** The words between a name and the next ones that must stand there: none, fillers only, or any few. */
interface Step {
  between: "none" | "fillers" | "any";
  slots: Slot[];
}

interface Slot {
  words: Set<string>;
  starts: string[];
  ends: string[];
}

export interface Pattern {
  kind: Kind;
  /** The more of a pattern is said, the more it counts. */
  score: number;
  endings: Set<string> | undefined;
  isPlain: boolean;
  left: Step[];
  right: Step[];
  fillers: ReadonlySet<string>;
  reach: number;
}

const signs = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー]/u;

/**
 * A pattern is words around N, the name (G: "the gateway"): `a|b` either word, `pre*` and `*post` a part of one,
 * `~` fillers or nothing, `…` a few words, `?word` a word or nothing, `M` another name, `<set>` a named list,
 * `N's|e` the name with an ending, `{a|b}` either spelling. Signs of languages without spaces are words by themselves.
 */
export function compile(lines: string, kind: Kind, sets: Record<string, string>, fillers: ReadonlySet<string>, reach: number): Pattern[] {
  return lines
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .flatMap((line) => spellings(line.replace(/<(\w+)>/g, (_, set: string) => sets[set] ?? "")))
    .map((line) => patternOf(line, kind, fillers, reach));
}

/** The place a pattern needs a word at, so that only likely ones are tried. */
export function keysOf({ left, right }: Pattern): readonly string[] | undefined {
  const slots = [...left, ...right].flatMap((step) => step.slots).filter(({ starts, ends }) => starts.length + ends.length === 0);
  const rarest = slots.toSorted((a, b) => rank(a) - rank(b))[0];
  return rarest && [...rarest.words];
}

function rank({ words }: Slot): number {
  return words.has(",") || words.has("START") || words.has("END") || words.has("NAME") ? 1_000 : words.size;
}

export function matches(pattern: Pattern, tokens: readonly Token[], at: number): boolean {
  const name = tokens[at];
  if (pattern.isPlain !== (name?.isPlain === true)) return false;
  if (pattern.endings && !pattern.endings.has(name?.ending ?? "")) return false;
  return walk(pattern.left, pattern, tokens, at, -1) && walk(pattern.right, pattern, tokens, at, 1);
}

function walk(steps: readonly Step[], { fillers, reach }: Pattern, tokens: readonly Token[], from: number, by: 1 | -1): boolean {
  let at = from + by;
  for (const { between, slots } of steps) {
    let skipped = 0;
    while (!slots.every((slot, offset) => fits(slot, tokens[at + offset * by]))) {
      const passed = tokens[at];
      if (between === "none" || !passed || passed.isBreak || passed.brain !== undefined || skipped >= reach) return false;
      if (between === "fillers" && !fillers.has(passed.word)) return false;
      skipped++;
      at += by;
    }
    at += slots.length * by;
  }
  return true;
}

function fits(slot: Slot, token: Token | undefined): boolean {
  if (!token) return false;
  const { word } = token;
  if (slot.words.has(word)) return true;
  if (token.brain !== undefined || token.isBreak) return false;
  return slot.starts.some((start) => word.startsWith(start)) || slot.ends.some((end) => word.length > end.length && word.endsWith(end));
}

function patternOf(line: string, kind: Kind, fillers: ReadonlySet<string>, reach: number): Pattern {
  const parts = line.split(" ").flatMap(signsApart);
  const at = parts.findIndex((part) => /^[NG]($|')/.test(part));
  const name = parts[at] ?? "N";
  const left = stepsOf(parts.slice(0, at).toReversed());
  const right = stepsOf(parts.slice(at + 1));
  const steps = [...left, ...right];
  const slots = steps.reduce((sum, step) => sum + step.slots.length, 0) + (name.includes("'") ? 1 : 0);
  const gaps = steps.filter(({ between }) => between === "any").length;
  const endings = name.includes("'") ? new Set(name.slice(2).split("|")) : undefined;
  return { kind, score: slots * 2 - gaps - (kind === "weak" ? 1.5 : 0), endings, isPlain: name.startsWith("G"), left, right, fillers, reach };
}

/** From the name outwards. */
function stepsOf(parts: readonly string[]): Step[] {
  const steps: Step[] = [];
  let current: Step = { between: "none", slots: [] };
  for (const part of parts) {
    if (part !== "…" && part !== "~") {
      current.slots.push(slotOf(part));
      continue;
    }
    if (current.slots.length > 0) steps.push(current);
    current = { between: part === "…" ? "any" : "fillers", slots: [] };
  }
  return current.slots.length > 0 ? [...steps, current] : steps;
}

function slotOf(part: string): Slot {
  const words = part.split("|").map((word) => (word === "M" ? "NAME" : word));
  return {
    words: new Set(words.filter((word) => !word.includes("*"))),
    starts: words.filter((word) => word.endsWith("*")).map((word) => word.slice(0, -1)),
    ends: words.filter((word) => word.startsWith("*")).map((word) => word.slice(1)),
  };
}

/** "Nに聞いて" becomes N, に, 聞, い, て. */
function signsApart(part: string): string[] {
  if (!signs.test(part) || part.includes("|")) return [part];
  return Array.from(part);
}

/** "N{に|を}" and "?word" spelled out. */
function spellings(line: string): string[] {
  const optional = /(?:^| )\?(\S+)/.exec(line);
  if (optional) return [...spellings(line.replace(optional[0], ` ${optional[1] ?? ""}`).trim()), ...spellings(line.replace(optional[0], "").trim())];
  const open = line.indexOf("{");
  if (open < 0) return [line];
  const close = line.indexOf("}", open);
  return line.slice(open + 1, close).split("|").flatMap((each) => spellings(line.slice(0, open) + each + line.slice(close + 1)));
}
