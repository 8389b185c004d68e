/** The share of characters that must be changed to get from one text to the other, white space counted once. */
export function errorRate(wanted: string, got: string): number {
  const [one, other] = [normal(wanted), normal(got)];
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let at = 1; at <= one.length; at++) {
    const next = [at];
    for (let to = 1; to <= other.length; to++) {
      next.push(Math.min((row[to] ?? 0) + 1, (next[to - 1] ?? 0) + 1, (row[to - 1] ?? 0) + (one[at - 1] === other[to - 1] ? 0 : 1)));
    }
    row = next;
  }
  return (row.at(-1) ?? 0) / one.length;
}

function normal(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
