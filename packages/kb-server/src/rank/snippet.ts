import { queryTerms } from "./words.ts";
import { Vocabulary } from "./vocabulary.ts";

const snippetChars = 320;

/** The stretch of a passage that holds most of the question's words, cut at word ends, as one paragraph. */
export function snippet(text: string, query: string): string {
  const vocabulary = new Vocabulary(queryTerms(query));
  const pieces = [...sentences(text)];
  const hits = pieces.map(({ start, end }) => vocabulary.scan(text.slice(start, end)).counts.reduce((sum, count) => sum + Math.min(count, 1), 0));
  let best = { from: 0, to: 0, score: -1 };
  for (let from = 0; from < pieces.length; from++) {
    let score = 0;
    for (let to = from; to < pieces.length; to++) {
      const length = (pieces[to]?.end ?? 0) - (pieces[from]?.start ?? 0);
      if (to > from && length > snippetChars) break;
      score += (hits[to] ?? 0) - 0.01;
      if (score > best.score) best = { from, to, score };
    }
  }
  const start = pieces[best.from]?.start ?? 0;
  const end = Math.max(pieces[best.to]?.end ?? 0, Math.min(text.length, start + snippetChars));
  return shorten(text.slice(start, end), start > 0, end < text.length);
}

function* sentences(text: string): Generator<{ start: number; end: number }> {
  let start = 0;
  for (const match of text.matchAll(/[.!?。？！](?=\s)|\n+|[。？！]/g)) {
    const end = match.index + match[0].length;
    if (end - start > 1) yield { start, end };
    start = end;
  }
  if (start < text.length) yield { start, end: text.length };
}

function shorten(text: string, cutBefore: boolean, cutAfter: boolean): string {
  const line = text.replace(/\s+/g, " ").trim();
  const overlong = line.length > snippetChars;
  const cut = overlong ? line.slice(0, snippetChars).replace(/\s+\S*$/, "") : line;
  return `${cutBefore ? "… " : ""}${cut.toWellFormed()}${overlong || cutAfter ? " …" : ""}`;
}
