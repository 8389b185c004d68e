import { isStopWord, type Sentence, wordsOf } from "./sentences.ts";

const most = { topics: 8, words: 3, phrases: 30_000 };
/** A phrase tells more than its words: "vector search" more than "vector". */
const phraseWeights = [0, 1, 2, 2.4];

/** Up to eight recurring phrases of one to three content words, the most telling first, none of them part of another. */
export function topicsIn(sentences: readonly Sentence[], title = ""): string[] {
  const counts = countPhrases(sentences);
  const titleWords = new Set(wordsOf(title));
  const isShort = sentences.length < 8;
  const scored = Array.from(counts, ([phrase, count]) => {
    const words = phrase.split(" ");
    const inTitle = words.filter((word) => titleWords.has(word)).length;
    return { phrase, words, count, score: count * (phraseWeights[words.length] ?? 1) * (1 + inTitle / words.length) * lengthWeight(words) };
  })
    .filter(({ words, count }) => count > 1 || (isShort && words.length < 3))
    .sort((a, b) => b.score - a.score || a.phrase.length - b.phrase.length);
  const topics: typeof scored = [];
  for (const candidate of scored.slice(0, 200)) {
    if (topics.length === most.topics) break;
    // "search" says nothing that "vector search" has not said, unless it is far more frequent.
    const isPart = topics.some((topic) => sharesWords(topic.words, candidate.words) && candidate.count < topic.count * 4);
    if (!isPart) topics.push(candidate);
  }
  return topics.map(({ phrase }) => phrase);
}

function countPhrases(sentences: readonly Sentence[]): Map<string, number> {
  const counts = new Map<string, number>();
  const add = (phrase: string) => {
    const count = counts.get(phrase);
    if (count !== undefined || counts.size < most.phrases) counts.set(phrase, (count ?? 0) + 1);
  };
  for (const { words } of sentences) {
    for (let at = 0; at < words.length; at++) {
      let phrase = "";
      for (let length = 0; length < most.words; length++) {
        const word = words[at + length];
        if (word === undefined || word.length > 60 || isStopWord(word)) break;
        phrase = phrase === "" ? word : `${phrase} ${word}`;
        add(phrase);
      }
    }
  }
  return counts;
}

function sharesWords(a: readonly string[], b: readonly string[]): boolean {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  return short.filter((word) => long.includes(word)).length * 2 >= short.length;
}

/** Long words are more often nouns with a meaning of their own; -ing, -ly and the like less often. */
function lengthWeight(words: readonly string[]): number {
  const last = words.at(-1) ?? "";
  const isModifier = /(?:ly|ing|ed|mente|lich|isch)$/.test(last);
  return Math.min(1.5, 0.6 + last.length / 12) * (isModifier ? 0.6 : 1);
}
