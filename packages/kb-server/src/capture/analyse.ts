import { entitiesIn } from "./entities.ts";
import { isStopWord, sentencesOf, wordsOf, type Sentence } from "./sentences.ts";
import { topicsIn } from "./topics.ts";

export interface Analysis {
  summary: string;
  keyPoints: string[];
  topics: string[];
  entities: string[];
}

const most = { chars: 200_000, sentences: 2_000, summarySentences: 3, keyPoints: 7, sentenceChars: 320 };

/** What a text is about, by rules alone, in linear time: its weightiest sentences, its recurring phrases, its names. Reads the first 200,000 characters. */
export function analyse(text: string, title = ""): Analysis {
  const sentences = sentencesOf(text.slice(0, most.chars)).slice(0, most.sentences);
  const weights = weighWords(sentences, title);
  const scored = sentences
    .map((sentence, place) => ({ ...sentence, place, score: score(sentence, place, weights) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.place - b.place);
  const summary = pickDifferent(scored.filter(({ isItem }) => !isItem), most.summarySentences, []);
  const chosen = summary.length > 0 ? summary : pickDifferent(scored, most.summarySentences, []);
  const keyPoints = pickDifferent(scored.map((point) => ({ ...point, score: point.score * (point.isItem ? 1.3 : 1) })).sort((a, b) => b.score - a.score || a.place - b.place), most.keyPoints, chosen);
  return {
    summary: inOrder(chosen).join(" "),
    keyPoints: inOrder(keyPoints),
    topics: topicsIn(sentences, title),
    entities: entitiesIn(sentences),
  };
}

interface Scored extends Sentence {
  place: number;
  score: number;
}

/** Words that recur weigh more, by the logarithm; words of the title double. */
function weighWords(sentences: readonly Sentence[], title: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { words } of sentences) {
    for (const word of words) if (!isStopWord(word)) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const inTitle = new Set(wordsOf(title));
  return new Map(Array.from(counts, ([word, count]) => [word, Math.log2(1 + count) * (inTitle.has(word) ? 2 : 1)]));
}

/** The mean weight of the content words; early sentences are favoured, fragments and endless ones are not. */
function score({ words, text }: Sentence, place: number, weights: ReadonlyMap<string, number>): number {
  const distinct = new Set(words);
  let sum = 0;
  for (const word of distinct) sum += weights.get(word) ?? 0;
  if (distinct.size < 4 || text.endsWith("?")) return 0;
  const length = Math.max(distinct.size, 10) * (words.length > 60 ? 2 : 1);
  return (sum / length) * (1 + 1 / (1 + place / 3));
}

/** The best sentences none of which says what another (or one of `said`) says. */
function pickDifferent(scored: readonly Scored[], count: number, said: readonly Scored[]): Scored[] {
  const picked: Scored[] = [];
  for (const candidate of scored.slice(0, count * 8)) {
    if (picked.length === count) break;
    if (![...picked, ...said].some((other) => overlap(candidate, other) > 0.6)) picked.push(candidate);
  }
  return picked;
}

function overlap(a: Sentence, b: Sentence): number {
  const other = new Set(b.words);
  const own = new Set(a.words);
  let shared = 0;
  for (const word of own) if (other.has(word)) shared++;
  return shared / Math.max(1, Math.min(own.size, other.size));
}

function inOrder(sentences: readonly Scored[]): string[] {
  return sentences
    .toSorted((a, b) => a.place - b.place)
    .map(({ text }) => (text.length <= most.sentenceChars ? text : `${text.slice(0, most.sentenceChars - 1).toWellFormed().trimEnd()}…`));
}
