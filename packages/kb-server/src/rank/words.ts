import { stemmer } from "stemmer";

/**
 * One analyser for index and query: letters and digits of any script, folded to lower case without marks, English
 * suffixes stemmed (Porter), CJK runs as overlapping pairs, camelCase also in its parts.
 */
export function indexTerms(text: string): string[] {
  const terms: string[] = [];
  for (const match of text.matchAll(wordPattern)) pushTerms(match[0], terms);
  return terms;
}

const wordPattern = /[\p{L}\p{N}\p{M}]+/gu;
const plainWord = /^[a-z0-9]+$/;
const asciiWord = /^[A-Za-z0-9]+$/;
const cjkRun = /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{Script=Hangul}]+/u;
/** A longer run of letters is no word of a language; its head finds it. */
const maxWordChars = 40;

function pushTerms(word: string, terms: string[]): void {
  if (plainWord.test(word)) {
    terms.push(stem(word));
  } else if (asciiWord.test(word)) {
    terms.push(stem(word.toLowerCase()));
    const parts = word.split(/(?<=[a-z])(?=[A-Z])/);
    if (parts.length > 1) for (const part of parts) terms.push(stem(part.toLowerCase()));
  } else {
    pushFolded(fold(word), terms);
  }
}

function pushFolded(word: string, terms: string[]): void {
  const run = cjkRun.exec(word);
  if (!run) {
    if (word) terms.push(stem(word));
    return;
  }
  if (run.index > 0) pushFolded(word.slice(0, run.index), terms);
  const characters = Array.from(run[0]);
  if (characters.length === 1) terms.push(run[0]);
  for (let i = 1; i < characters.length; i++) terms.push(`${characters[i - 1]}${characters[i]}`);
  const rest = word.slice(run.index + run[0].length);
  if (rest) pushFolded(rest, terms);
}

/** Lower case, compatibility forms resolved, Latin, Greek and Cyrillic accents removed: "Ärger" and "ＡＢＣ" become "arger" and "abc". */
function fold(word: string): string {
  return word.normalize("NFKD").replace(/[\u0300-\u036F]+/g, "").toLowerCase().normalize("NFC").replace(/ß/g, "ss");
}

const stems = new Map<string, string>();
const maxStems = 50_000;

export function stem(folded: string): string {
  const word = folded.length > maxWordChars ? folded.slice(0, maxWordChars) : folded;
  let found = stems.get(word);
  if (found === undefined) {
    if (stems.size >= maxStems) stems.clear();
    // A copy: a part of a string keeps the whole text it was cut from in memory.
    const key = Buffer.from(word).toString();
    found = plainWord.test(key) ? stemmer(key) : key;
    stems.set(key, found);
  }
  return found;
}

/** The distinct terms of a question, without stop words unless nothing else is there. */
export function queryTerms(question: string): string[] {
  const all = [...new Set(indexTerms(question.slice(0, maxQuestionChars)))];
  const telling = all.filter((term) => !stopTerms.has(term));
  return (telling.length > 0 ? telling : all).slice(0, maxQueryTerms);
}

const maxQuestionChars = 4_000;
const maxQueryTerms = 24;

const stopTerms = new Set(
  indexTerms(`
    a about above after again all also am an and any are aren as at be because been before being below between both but by
    can cannot could couldn d did didn do does doesn doing don down during each else ever few for from further get gets
    give got had hadn has hasn have haven having he her here hers herself him himself his how i if in into is isn it its
    itself just know let like ll m may me might more most mostly much must my myself no nor not now of off on once only or
    other our ours ourselves out over own please re s same shall she should shouldn so some such t tell than that the
    their theirs them themselves then there these they thing this those through to too under until up upon us ve very was
    wasn we were weren what whatever when where whether which while who whom whose why will with won would wouldn yes yet
    you your yours yourself yourselves say said says saying tell told tells mention mentioned go going gone went make made making
    use used want wanted need needed happen happened
    der die das den dem des ein eine einen einem einer und oder aber ist sind war waren hat haben wird werden mit von zu
    zum zur im in auf bei nach aus wie was wer wo wann warum nicht auch ich du er sie es wir ihr man mein meine
    le la les un une des du de et ou mais est sont dans sur pour par avec ce cette ces qui que quoi quand comment pourquoi
    je tu il elle nous vous ils elles mon ma mes
    el los las una unos unas y o pero es son en por para con del al que quien cuando como donde mi mis su sus yo
  `),
);
