import { type Judgement, judge } from "./override-judge.ts";
import { languages } from "./override-words.ts";
import { namesABrain, type Token, tokensOf } from "./override-tokens.ts";
import { capTask } from "./cap.ts";

/** Whom the person orders or refuses by name. */
export interface Override {
  brain?: string;
  /** Who shall not do it. */
  not?: string[];
  /** The words that say so. */
  words: string;
}

interface Mention extends Judgement {
  at: number;
  brain: string;
}

/** So many names at the start and as many at the end are judged; between them stands a list. */
const judgedNames = 12;

/** The order to a named brain in an instruction, and the brains refused in it; undefined when there is neither. */
export function findOverride(instruction: string): Override | undefined {
  const { text } = capTask(instruction);
  if (!namesABrain(text)) return undefined;
  const tokens = tokensOf(text);
  const mentions = mentionsIn(tokens);
  const refused = [...new Set(mentions.filter(({ verdict }) => verdict === "refused").map(({ brain }) => brain))];
  const chosen = chosenOf(mentions, refused);
  if (chosen) return { brain: chosen.brain, ...(refused.length > 0 && { not: refused }), words: wordsAround(text, tokens, chosen.at) };
  const first = mentions.find(({ verdict }) => verdict === "refused");
  return first && { not: refused, words: wordsAround(text, tokens, first.at) };
}

function mentionsIn(tokens: readonly Token[]): Mention[] {
  const named: { at: number; brain: string }[] = [];
  for (const [at, { brain }] of tokens.entries()) if (brain !== undefined) named.push({ at, brain });
  const read = named.length > judgedNames * 2 ? [...named.slice(0, judgedNames), ...named.slice(-judgedNames)] : named;
  return read.map(({ at, brain }) => ({ at, brain, ...judge(tokens, at, languages) }));
}

/** The first order holds unless a later one corrects it; where somebody is refused, the only other one named is meant. */
function chosenOf(mentions: readonly Mention[], refused: readonly string[]): Mention | undefined {
  let chosen: Mention | undefined;
  for (const mention of mentions) {
    if (refused.includes(mention.brain)) continue;
    if (mention.verdict === "order" && (!chosen || mention.corrects)) chosen = mention;
    else if (mention.verdict === "open" && mention.corrects && chosen) chosen = mention;
  }
  if (chosen || refused.length === 0) return chosen;
  const others = mentions.filter(({ verdict, brain }) => verdict === "open" && !refused.includes(brain));
  return new Set(others.map(({ brain }) => brain)).size === 1 ? others[0] : undefined;
}

function wordsAround(text: string, tokens: readonly Token[], at: number): string {
  const from = tokens[Math.max(1, at - 3)]?.start ?? 0;
  const to = tokens[Math.min(tokens.length - 2, at + 2)]?.end ?? text.length;
  return text.slice(from, to).replaceAll("\n", " ").trim().slice(0, 80);
}
