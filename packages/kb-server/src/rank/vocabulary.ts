import { indexTerms, stem } from "./words.ts";

/** Where the terms of a question stand in a text: per term the word positions, and how many words there are. */
export interface Scan {
  positions: number[][];
  length: number;
}

const letterOrDigit = new Uint8Array(128);
for (const [from, to, kind] of [[48, 57, 1], [97, 122, 1], [65, 90, 2]] as const) letterOrDigit.fill(kind, from, to + 1);

/**
 * Finds terms in text without analysing every word: a stem keeps its word's first two letters, so all other words are
 * only counted. Agrees with `indexTerms` (a test holds them together).
 */
export class Vocabulary {
  readonly #index: Map<string, number>;
  readonly #starts = new Uint8Array(128 * 128);

  constructor(terms: readonly string[]) {
    this.#index = new Map(terms.map((term, index) => [term, index]));
    for (const term of terms) {
      const first = term.charCodeAt(0);
      const second = term.charCodeAt(1) || 0;
      if (first < 128 && second < 128) this.#starts[first * 128 + second] = 1;
    }
  }

  scan(text: string): Scan {
    const positions: number[][] = Array.from({ length: this.#index.size }, () => []);
    let length = 0;
    const note = (term: string) => {
      const index = this.#index.get(term);
      if (index !== undefined) positions[index]?.push(length);
      length++;
    };
    const end = text.length;
    for (let at = 0; at < end; ) {
      const first = text.charCodeAt(at);
      if (first < 128 && letterOrDigit[first] === 0) {
        at++;
        continue;
      }
      const start = at;
      let plain = true;
      let upper = false;
      for (let previous = 2; at < end; at++) {
        const code = text.charCodeAt(at);
        const kind = code < 128 ? letterOrDigit[code] : 3;
        if (kind === 0) break;
        if (kind === 3 || (kind === 2 && previous === 1)) plain = false;
        if (kind === 2) upper = true;
        previous = kind ?? 0;
      }
      if (!plain) for (const term of indexTerms(text.slice(start, at))) note(term);
      else if (this.#starts[(first | 32) * 128 + (at - start > 1 ? lower(text.charCodeAt(start + 1)) : 0)]) {
        const word = text.slice(start, at);
        note(stem(upper ? word.toLowerCase() : word));
      } else length++;
    }
    return { positions, length };
  }
}

/** Lower case of an ASCII letter; digits have that bit set already. */
function lower(code: number): number {
  return code | 32;
}
