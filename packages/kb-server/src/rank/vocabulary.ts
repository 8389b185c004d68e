import { indexTerms, stem } from "./words.ts";

/** Where the terms of a question stand in a text; holds until the next text is scanned. */
export interface Scan {
  /** How often each term stands there, and at which words: the first `counts[term]` of `positions[term]`. */
  counts: Uint32Array;
  positions: readonly number[][];
  /** How many words the text has. */
  length: number;
}

const [lowerOrDigit, upper, other] = [1, 2, 4];
const kinds = new Uint8Array(256).fill(other, 128);
for (const [from, to, kind] of [[48, 57, lowerOrDigit], [97, 122, lowerOrDigit], [65, 90, upper]] as const) kinds.fill(kind, from, to + 1);

const room = Buffer.alloc(4_096);
const lineEnd = 10;

/**
 * Finds terms in text without analysing every word: a stem keeps its word's first two letters, and with four or more of
 * its own the third, so all other words are only counted. Agrees with `indexTerms` (a test holds them together). Makes
 * next to no garbage: it reads a hundred texts and more a question.
 */
export class Vocabulary {
  readonly #terms: Map<string, number>;
  /** By the first two letters, which third letters a word of a term may have, a bit each. */
  readonly #thirds = new Int32Array(32 * 32);
  readonly #counts: Uint32Array;
  readonly #positions: number[][];

  constructor(terms: readonly string[]) {
    this.#terms = new Map(terms.map((term, index) => [term, index]));
    this.#counts = new Uint32Array(terms.length);
    this.#positions = terms.map(() => []);
    for (const term of terms) {
      const start = startOf(term.charCodeAt(0), term.charCodeAt(1) || 0);
      this.#thirds[start] = (this.#thirds[start] ?? 0) | (term.length < 4 ? -1 : bitOf(term.charCodeAt(2)));
    }
  }

  scan(text: string): Scan {
    // Hundreds of titles and sentences a question: a buffer for each would take longer than its scan.
    const bytes = text.length * 3 < room.length ? room : Buffer.alloc(text.length * 3 + 1);
    const end = bytes.write(text);
    bytes[end] = lineEnd;
    return this.scanBytes(bytes, 0, end);
  }

  /** UTF-8 between `start` and `end`; the byte at `end` must be there and no letter. */
  scanBytes(source: Buffer, start: number, end: number): Scan {
    const thirds = this.#thirds;
    this.#counts.fill(0);
    let length = 0;
    for (let at = start; at < end; at++) {
      const from = at;
      let met = 0;
      // Without a branch: an upper-case letter behind a lower-case one makes the word one that takes analysing.
      for (let kind = kinds[source[at] ?? 0] ?? 0, before = 0; kind !== 0; before = kind, kind = kinds[source[++at] ?? 0] ?? 0) {
        met |= kind | (((kind >> 1) & before & 1) << 2);
      }
      if (at === from) continue;
      if (met >= other) {
        for (const term of indexTerms(source.toString("utf8", from, at))) this.#note(this.#terms.get(term), length++);
        continue;
      }
      const letters = startOf(source[from] ?? 0, at - from > 1 ? (source[from + 1] ?? 0) : 0);
      if (((thirds[letters] ?? 0) & (at - from > 2 ? bitOf(source[from + 2] ?? 0) : 1)) !== 0) {
        const word = source.toString("latin1", from, at);
        this.#note(this.#terms.get(stem(met === lowerOrDigit ? word : word.toLowerCase())), length);
      }
      length++;
    }
    return { counts: this.#counts, positions: this.#positions, length };
  }

  #note(term: number | undefined, position: number): void {
    const positions = term === undefined ? undefined : this.#positions[term];
    if (term === undefined || !positions) return;
    const count = this.#counts[term] ?? 0;
    positions[count] = position;
    this.#counts[term] = count + 1;
  }
}

/** A place for a word's first two letters; other words that share it are told apart later. */
function startOf(first: number, second: number): number {
  return (first & 31) * 32 + (second & 31);
}

/** Lower and upper case of a letter are the same bit. */
function bitOf(letter: number): number {
  return 1 << (letter & 31);
}
