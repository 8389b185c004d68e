import { isStopWord, type Sentence } from "./sentences.ts";

const most = { entities: 12 };
const capital = "\\p{Lu}[\\p{L}\\p{M}\\p{N}'’.&-]{0,30}";
/** Capitalised words in a row, joined by the small words of names or by none. */
const namePattern = new RegExp(`(?<![\\p{L}\\p{N}])${capital}(?: (?:(?:of|de|la|von|van|der|den|du|da) )?${capital}){0,4}`, "gu");
const otherPatterns = [
  /(?<![\w.-])[a-z0-9][a-z0-9-]{1,40}\.(?:com|org|net|io|dev|ai|de|eu|uk|fr|edu|gov)(?![\w-])/gi,
  /(?<!\d)(?:19|20)\d\d-[01]\d-[0-3]\d(?!\d)/g,
];

/** Up to twelve names in a text, the most frequent first: capitalised words that are not so for starting a sentence, domains, dates. */
export function entitiesIn(sentences: readonly Sentence[]): string[] {
  const ordinary = lowerCaseWords(sentences);
  const capitalsAreCommon = capitalShare(sentences) > 0.2;
  const certain = new Map<string, number>();
  const atStart = new Map<string, number>();
  for (const { text } of sentences) {
    for (const { 0: found, index } of text.matchAll(namePattern)) {
      const name = withoutOrdinary(found.replace(/['’]s$|[.,&'’-]+$/u, ""), ordinary);
      const isCertain = name.includes(" ") || isCoined(name) || (index > 2 && !capitalsAreCommon);
      if (name.length > 1) count(isCertain ? certain : atStart, name);
    }
    for (const pattern of otherPatterns) for (const [found] of text.matchAll(pattern)) count(certain, found);
  }
  return Array.from(certain, ([name, times]) => ({ name, score: (times + (atStart.get(name) ?? 0)) * (name.includes(" ") ? 1.5 : 1) }))
    .sort((a, b) => b.score - a.score)
    .slice(0, most.entities)
    .map(({ name }) => name);
}

/** Drops the words at the beginning that are only capitalised for where they stand ("The", "When"). */
function withoutOrdinary(name: string, ordinary: ReadonlySet<string>): string {
  const words = name.split(" ");
  while (words.length > 0) {
    const first = words[0] ?? "";
    const lower = first.toLowerCase();
    if (isCoined(first) || !(isStopWord(lower) || ordinary.has(lower))) break;
    words.shift();
  }
  return words.join(" ");
}

/** Capitals beyond the first letter, or digits: NASA, GitHub, GPT-4. */
function isCoined(word: string): boolean {
  return /^.[^ ]*[\p{Lu}\p{N}]/u.test(word) && word.length > 1;
}

function lowerCaseWords(sentences: readonly Sentence[]): Set<string> {
  const found = new Set<string>();
  for (const { text } of sentences) for (const [word] of text.matchAll(/(?<![\p{L}\p{N}])\p{Ll}[\p{L}\p{M}'’-]{0,40}/gu)) found.add(word);
  return found;
}

/** In some languages every noun is capitalised, and one capitalised word is no name. */
function capitalShare(sentences: readonly Sentence[]): number {
  let words = 0;
  let capitals = 0;
  for (const { text } of sentences.slice(0, 300)) {
    for (const [word] of text.slice(3).matchAll(/(?<=\s)\p{L}/gu)) {
      words++;
      if (/\p{Lu}/u.test(word)) capitals++;
    }
  }
  return words === 0 ? 0 : capitals / words;
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
