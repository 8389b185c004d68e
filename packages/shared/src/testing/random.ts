/** A small seeded generator (mulberry32): the same seed gives the same run. `below(n)` is in 0 … n − 1. */
export function seededRandom(seed: number): { below: (n: number) => number; pick: <T>(list: readonly T[]) => T } {
  let state = seed >>> 0;
  function below(n: number): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % n;
  }
  function pick<T>(list: readonly T[]): T {
    const item = list[below(list.length)];
    if (item === undefined) throw new Error("Nothing to pick from");
    return item;
  }
  return { below, pick };
}
