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
const kinds = new Uint8Array(128);
for (const [from, to, kind] of [[48, 57, lowerOrDigit], [97, 122, lowerOrDigit], [65, 90, upper]] as const) kinds.fill(kind, from, to + 1);

/**
 * Finds terms in text without analysing every word: a stem keeps its word's first two letters, so all other words are
 * only counted. Agrees with `indexTerms` (a test holds them together). Makes no garbage: it reads 300 texts a question.
 */
export class Vocabulary {
  readonly #terms: Map<string, number>;
  readonly #words = new Map<string, number>();
  readonly #starts = new Uint8Array(128 * 128);
  readonly #counts: Uint32Array;
  readonly #positions: number[][];

  constructor(terms: readonly string[]) {
    this.#terms = new Map(terms.map((term, index) => [term, index]));
    this.#counts = new Uint32Array(terms.length);
    this.#positions = terms.map(() => []);
    for (const term of terms) {
      const first = term.charCodeAt(0);
      const second = term.charCodeAt(1) || 0;
      if (first < 128 && second < 128) this.#starts[first * 128 + second] = 1;
    }
  }

  scan(text: string): Scan {
    this.#counts.fill(0);
    let length = 0;
    const end = text.length;
    for (let at = 0; at < end; at++) {
      const start = at;
      let met = 0;
      for (; at < end; at++) {
        const code = text.charCodeAt(at);
        const kind = code < 128 ? (kinds[code] ?? 0) : other;
        if (kind === 0) break;
        met |= kind;
      }
      if (at === start) continue;
      if (met >= other || (met === (lowerOrDigit | upper) && /[a-z][A-Z]/.test(text.slice(start, at)))) {
        for (const term of indexTerms(text.slice(start, at))) this.#note(this.#terms.get(term), length++);
      } else {
        const second = at - start > 1 ? lower(text.charCodeAt(start + 1)) : 0;
        if (this.#starts[lower(text.charCodeAt(start)) * 128 + second]) this.#note(this.#termOf(text.slice(start, at)), length);
        length++;
      }
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

  /** Of a plain ASCII word; each is stemmed once. */
  #termOf(word: string): number | undefined {
    let term = this.#words.get(word);
    if (term === undefined) this.#words.set(word, (term = this.#terms.get(stem(word.toLowerCase())) ?? -1));
    return term < 0 ? undefined : term;
  }
}

/** Lower case of an ASCII letter; digits have that bit set already. */
function lower(code: number): number {
  return code | 32;
}
