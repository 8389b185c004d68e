const dayMs = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** What a zone's clock is ahead of UTC at an instant, in ms. Throws RangeError for a zone that is not known. */
export function offsetAt(zone: string, instant: number): number {
  let format = formats.get(zone);
  if (!format) {
    const fields = { year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" } as const;
    format = new Intl.DateTimeFormat("en-US", { timeZone: zone, hourCycle: "h23", ...fields });
    formats.set(zone, format);
  }
  const part = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
  const local = Date.UTC(part["year"] ?? 0, (part["month"] ?? 1) - 1, part["day"] ?? 1, part["hour"] ?? 0, part["minute"] ?? 0, part["second"] ?? 0);
  return local - Math.floor(instant / 1_000) * 1_000;
}

/**
 * The instant at which a zone's clock shows `local` (ms as if it were UTC): the first one when an hour comes twice, and
 * when the clock jumps over it, the instant of the jump.
 */
export function instantOf(zone: string, local: number): number {
  const [before, after] = [offsetAt(zone, local - dayMs), offsetAt(zone, local + dayMs)];
  for (const instant of [local - before, local - after].toSorted((a, b) => a - b)) {
    if (instant + offsetAt(zone, instant) === local) return instant;
  }
  let [low, high] = [local - Math.max(before, after), local - Math.min(before, after)];
  const offset = offsetAt(zone, low);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(zone, middle) === offset) low = middle;
    else high = middle;
  }
  return high;
}
