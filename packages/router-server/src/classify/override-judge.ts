import { compile, keysOf, type Kind, matches, type Pattern } from "./override-patterns.ts";
import type { Token } from "./override-tokens.ts";
import type { OverrideWords } from "./override-words.ts";

export interface Judgement {
  /** "told": a topic, a report, a person of that name; "open": named, and nothing says why. */
  verdict: "order" | "refused" | "told" | "open";
  /** It takes back an order before it. */
  corrects: boolean;
}

/** The patterns of a language, those without a plain word apart. */
interface Compiled {
  byWord: Map<string, Pattern[]>;
  always: Pattern[];
  capitalNouns: boolean;
}

const around = 14;
const compiled = new WeakMap<OverrideWords, Compiled>();
/** At one score the first kind wins. */
const strength: Record<Kind, number> = { refused: 3, told: 2, order: 1, weak: 1, corrects: 0 };

/** A report in one language may be a plain word of another, an order seldom is. */
const acrossLanguages: Record<Kind, number> = { refused: 3, order: 2, weak: 2, told: 1, corrects: 0 };

/** What the words around a name say: the fullest pattern of any language decides. */
export function judge(tokens: readonly Token[], at: number, languages: readonly OverrideWords[]): Judgement {
  let best: Pattern | undefined;
  let corrects = false;
  const near = new Set(tokens.slice(Math.max(0, at - around), at + around).filter((_, offset) => Math.max(0, at - around) + offset !== at).map(({ word }) => word));
  for (const language of languages) {
    const patterns = compiledOf(language);
    let own: Pattern | undefined;
    for (const pattern of likely(patterns, near)) {
      if (pattern.kind !== "corrects" && own && !isStronger(pattern, own)) continue;
      if (!matches(pattern, tokens, at)) continue;
      if (pattern.kind === "corrects") corrects = true;
      else if (isOrder(pattern) && (isPossessive(pattern, tokens[at]) || (!patterns.capitalNouns && hasSurname(tokens, at)))) continue;
      else own = pattern;
    }
    if (own && (!best || own.score > best.score || (own.score === best.score && acrossLanguages[own.kind] > acrossLanguages[best.kind]))) best = own;
  }
  return { verdict: best === undefined ? (hasSurname(tokens, at) || tokens[at]?.isPlain ? "told" : "open") : isOrder(best) ? "order" : best.kind === "refused" ? "refused" : "told", corrects };
}

function isOrder({ kind }: Pattern): boolean {
  return kind === "order" || kind === "weak";
}

function isStronger(a: Pattern, b: Pattern): boolean {
  return a.score > b.score || (a.score === b.score && strength[a.kind] > strength[b.kind]);
}

function* likely({ byWord, always }: Compiled, near: ReadonlySet<string>): Generator<Pattern> {
  for (const word of near) yield* byWord.get(word) ?? [];
  yield* always;
}

/** "in Codex's style": nobody is handed anything, unless the pattern asks for the ending. */
function isPossessive({ endings }: Pattern, name: Token | undefined): boolean {
  return endings === undefined && name?.ending === "s";
}

/** "ask Claude Dupont": a person. */
function hasSurname(tokens: readonly Token[], at: number): boolean {
  const name = tokens[at];
  const next = tokens[at + 1];
  if (name?.brain !== "claude" || !name.isCapital || !next?.isCapital || next.brain !== undefined || next.end - next.start < 3) return false;
  return !tokens.slice(at + 2, at + 5).some(({ isCapital, brain }) => isCapital && brain === undefined) && !openers.has(next.word);
}

/** Words that open a sentence behind a name whose comma is missing. */
const openers = new Set("what why how which who when where is are can could would should please write fix make check review explain tell give find does did the this that and then now draft translate summarize summarise".split(" "));

function compiledOf(language: OverrideWords): Compiled {
  const known = compiled.get(language);
  if (known) return known;
  const { sets, fillers, reach, capitalNouns = false } = language;
  const skip = new Set(fillers.split(" "));
  const kinds = ["order", "weak", "refused", "told", "corrects"] as const;
  const all = kinds.flatMap((kind) => compile(language[kind], kind, sets, skip, reach));
  const made: Compiled = { byWord: new Map(), always: [], capitalNouns };
  for (const pattern of all) {
    const keys = keysOf(pattern);
    if (!keys) made.always.push(pattern);
    for (const key of keys ?? []) made.byWord.set(key, [...(made.byWord.get(key) ?? []), pattern]);
  }
  compiled.set(language, made);
  return made;
}
