/**
 * Generated texts for speed and memory, never for quality: words drawn by Zipf's law from an invented vocabulary, in
 * sentences and paragraphs of about 230 words an article, the same for the same seed.
 */
export function* articles(count: number, seed = 1): Generator<{ title: string; text: string }> {
  const random = randomFrom(seed);
  for (let n = 0; n < count; n++) {
    const sentences = Array.from({ length: 18 }, () => sentence(random, 9 + Math.floor(random() * 8)));
    const paragraphs = [0, 6, 12].map((at) => sentences.slice(at, at + 6).join(" "));
    yield { title: `${sentence(random, 4).slice(0, -1)} ${n}`, text: `${paragraphs.join("\n\n")}\n` };
  }
}

/**
 * Questions over the same vocabulary, 3 to 8 telling words among common ones. The 60 most frequent words stand for stop
 * words: without them a question's words occur in a quarter as many passages as there are, as on the judged set.
 */
export function* questions(count: number, seed = 2): Generator<string> {
  const random = randomFrom(seed);
  for (let n = 0; n < count; n++) yield `What do we know about the ${sentence(random, 3 + Math.floor(random() * 6), stopWords).toLowerCase().slice(0, -1)}?`;
}

const syllables = "bcdfghjklmnprstvwz".split("").flatMap((consonant) => "aeiou".split("").map((vowel) => consonant + vowel));
const vocabularySize = 40_000;
const stopWords = 60;

function sentence(random: () => number, words: number, from = 0): string {
  const text = Array.from({ length: words }, () => word(zipf(random, from))).join(" ");
  return `${text[0]?.toUpperCase()}${text.slice(1)}.`;
}

/** A rank, 0 the most frequent, but for the first `from` ones. */
function zipf(random: () => number, from: number): number {
  return Math.min(vocabularySize - 1, Math.floor((from + 1) * Math.exp(random() * Math.log(vocabularySize / (from + 1)))) - 1);
}

function word(rank: number): string {
  let text = "";
  for (let rest = rank + syllables.length; rest > 0; rest = Math.floor(rest / syllables.length)) text += syllables[rest % syllables.length];
  return text;
}

export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b_79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
