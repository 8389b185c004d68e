import { type Database, sql } from "@paios/shared/sqlite";

const minLength = 4;
const sameStart = 2;
const maxVariants = 2;

/**
 * Terms that occur and are one slip away from one that does not: a letter missing, added, changed or swapped with its
 * neighbour, behind the first two. The most frequent first.
 */
export function nearTerms(database: Database, term: string): string[] {
  if (term.length < minLength || !/^[a-z]+$/.test(term)) return [];
  const start = term.slice(0, sameStart);
  const rows = sql<{ term: string; doc: number }>(database, "SELECT term, doc FROM term_count WHERE term >= ? AND term < ? AND length(term) BETWEEN ? AND ?").all(start, `${start}~`, term.length - 1, term.length + 1);
  return rows
    .filter((row) => oneSlip(term, row.term))
    .sort((a, b) => b.doc - a.doc)
    .slice(0, maxVariants)
    .map((row) => row.term);
}

/** Whether two words are within one insertion, deletion, substitution or swap of neighbours. */
function oneSlip(a: string, b: string): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  if (long.length - short.length > 1) return false;
  let at = 0;
  while (at < short.length && short[at] === long[at]) at++;
  if (short.length < long.length) return short.slice(at) === long.slice(at + 1);
  const swapped = short[at] === long[at + 1] && short[at + 1] === long[at] && short.slice(at + 2) === long.slice(at + 2);
  return swapped || short.slice(at + 1) === long.slice(at + 1);
}
