const unitMs: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const monthNames = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const longestMs = 400 * 86_400_000;

/** Epoch ms of a Retry-After header: seconds, or an HTTP date. */
export function fromRetryAfter(header: string | null | undefined, now: number): number | undefined {
  const text = header?.trim() ?? "";
  if (/^\d{1,9}(?:\.\d{1,6})?$/.test(text)) return plausible(now + Number(text) * 1_000, now);
  return /[a-z]/i.test(text) ? plausible(Date.parse(text), now) : undefined;
}

/** A point in time given as epoch seconds or milliseconds. */
export function fromEpoch(value: unknown, now: number): number | undefined {
  const number = typeof value === "number" ? value : Number.NaN;
  return plausible(number < 100_000_000_000 ? number * 1_000 : number, now);
}

/**
 * Epoch ms of what a provider's error says: "resets 3pm (America/Chicago)", "try again at Nov 24th, 2026 3:45 PM",
 * "You will regain access on 2026-12-01 at 00:00 UTC", "Please try again in 46.72s". A time without a zone is local.
 */
export function timeInText(message: string, now: number): number | undefined {
  const text = message.slice(0, 2_000);
  const span = /\b(?:try again|retry|resets?|available again) in (?:about )?((?:\d{1,6}(?:\.\d{1,6})? ?(?:milliseconds?|ms|minutes?|mins?|m|seconds?|secs?|s|hours?|hrs?|h|days?|d)[ ,]{0,2}){1,5})/i.exec(text);
  if (span?.[1] !== undefined) return plausible(now + spanMs(span[1]), now);
  const iso = /\b(?:access on|try again (?:at|on|after)|resets?(?: at| on)?) (\d{4}-\d\d-\d\d)(?:(?:T| at | )(\d\d:\d\d)(:\d\d)?)?( ?(?:Z|UTC))?/i.exec(text);
  if (iso) return plausible(Date.parse(`${iso[1]}T${iso[2] ?? "00:00"}${iso[3] ?? ":00"}${iso[4] !== undefined || iso[2] === undefined ? "Z" : ""}`), now);
  return clockTime(text, now);
}

/** "resets [Nov 24[th][, 2026][,| at]] 3[:30][ ]pm [(Zone/City)]", and the same after "try again at". */
function clockTime(text: string, now: number): number | undefined {
  const found = /\b(?:resets?(?: at| on)?|try again at|try again on|access on) (?:([a-z]{3})[a-z]{0,6}\.? (\d{1,2})(?:st|nd|rd|th)?(?:, (\d{4}))?(?:,| at)? )?(\d{1,2})(?::(\d\d))? ?([ap])\.?m\b\.?(?: \(([A-Za-z_]{2,20}(?:\/[A-Za-z_+-]{1,30}){0,2}[\d+-]{0,3})\))?/i.exec(text);
  if (!found) return undefined;
  const [, monthName, dayText, yearText, hourText, minuteText, half, zone] = found;
  const hour = (Number(hourText) % 12) + (half?.toLowerCase() === "p" ? 12 : 0);
  const minute = Number(minuteText ?? 0);
  const today = wallClock(now, zone);
  if (!today) return undefined;
  if (monthName === undefined) {
    const at = epochOf({ ...today, hour, minute }, zone);
    return plausible(at <= now ? epochOf({ ...today, day: today.day + 1, hour, minute }, zone) : at, now);
  }
  const month = monthNames.indexOf(monthName.toLowerCase());
  if (month < 0) return undefined;
  const at = epochOf({ year: Number(yearText ?? today.year), month, day: Number(dayText), hour, minute }, zone);
  // Without a year, a date long past is next year's.
  return plausible(yearText === undefined && at < now - 86_400_000 ? epochOf({ year: today.year + 1, month, day: Number(dayText), hour, minute }, zone) : at, now);
}

function spanMs(text: string): number {
  let total = 0;
  for (const [, amount, unit = ""] of text.matchAll(/(\d{1,6}(?:\.\d{1,6})?) ?(milli|ms|[smhd])/gi)) total += Number(amount) * (unitMs[unit.toLowerCase().replace("milli", "ms")] ?? 0);
  return total;
}

interface WallClock {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
}

function wallClock(at: number, zone: string | undefined): WallClock | undefined {
  try {
    const format = new Intl.DateTimeFormat("en-US", { ...(zone !== undefined && { timeZone: zone }), hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric" });
    const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    return { year: part["year"] ?? 0, month: (part["month"] ?? 1) - 1, day: part["day"] ?? 1, hour: part["hour"] ?? 0, minute: part["minute"] ?? 0 };
  } catch {
    // A zone this machine does not know.
    return undefined;
  }
}

function epochOf({ year, month, day, hour, minute }: WallClock, zone: string | undefined): number {
  const wanted = Date.UTC(year, month, day, hour, minute);
  let at = wanted;
  // Twice, since the offset may change between the guess and the answer.
  for (let n = 0; n < 2; n++) {
    const seen = wallClock(at, zone);
    if (!seen) return Number.NaN;
    at += wanted - Date.UTC(seen.year, seen.month, seen.day, seen.hour, seen.minute);
  }
  return at;
}

/** A nonsense time is worse than none: it would block a brain for years. */
function plausible(at: number, now: number): number | undefined {
  return Number.isFinite(at) && at > now - 86_400_000 && at < now + longestMs ? Math.round(at) : undefined;
}
