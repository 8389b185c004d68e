/** The value below which the share `q` (0 to 1) of the values lies. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
  if (value === undefined) throw new Error("No values were measured");
  return value;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Milliseconds that `work` took. */
export async function timed(work: () => unknown): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** Measures the cases in turn, A B C A B C …, so that a busy machine is busy for all of them; the first round only warms up. */
export async function interleaved<Name extends string>(rounds: number, cases: Record<Name, () => Promise<number>>): Promise<Record<Name, number[]>> {
  const names = Object.keys(cases) as Name[];
  const values = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 0; round <= rounds; round++) {
    for (const name of names) {
      const value = await cases[name]();
      if (round > 0) values[name].push(value);
    }
  }
  return values;
}
