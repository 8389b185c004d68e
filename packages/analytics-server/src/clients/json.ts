/** A line of a file, in a buffer that is reused: to be read at once. */
export interface LineBytes {
  bytes: Buffer;
  start: number;
  end: number;
}

/** A line as an object, its texts as Latin-1: what is wanted of them is decoded by `asName`. Undefined when it is none. */
export function parseLine({ bytes, start, end }: LineBytes): Record<string, unknown> | undefined {
  return parseObject(bytes.toString("latin1", start, end));
}

/** A text as an object, or undefined when it is none. */
export function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}

export function asObject(value: unknown): Record<string, unknown> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
}

export function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

const maxNameChars = 300;

/** A name from a line that was read as Latin-1, as its UTF-8 says, at most 300 characters; "" for anything else. */
export function asName(value: unknown): string {
  if (typeof value !== "string") return "";
  const cut = value.slice(0, maxNameChars);
  // oxlint-disable-next-line no-control-regex -- ASCII is what needs no decoding
  return /^[\x00-\x7f]*$/.test(cut) || /[^\x00-\xff]/.test(cut) ? cut : Buffer.from(cut, "latin1").toString("utf8");
}

/** A count of tokens; 0 for what is absent, undefined for what cannot be one. */
export function asCount(value: unknown): number | undefined {
  if (value === undefined || value === null) return 0;
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 && value <= maxCount ? value : undefined;
}

/** A request of over a thousand million tokens is a damaged row. */
const maxCount = 1_000_000_000;

const earliest = Date.UTC(2020, 0, 1);
const latest = Date.UTC(2100, 0, 1);

/** Epoch ms of an ISO time; undefined for none, and for one that no client can have written. */
export function asTime(value: unknown): number | undefined {
  if (typeof value !== "string") return undefined;
  const time = timeOnLastDay(value) ?? Date.parse(value);
  return time >= earliest && time < latest ? time : undefined;
}

let [lastDay, lastDayMs] = ["-", 0];

/** A time as all clients write it, mostly on the day of the line before: a quarter of the work of `Date.parse`. */
function timeOnLastDay(text: string): number | undefined {
  if (text.length !== 24 || text.charCodeAt(23) !== letterZ) return undefined;
  if (!text.startsWith(lastDay)) {
    const day = text.slice(0, 11);
    const dayMs = Date.parse(`${day}00:00:00.000Z`);
    if (Number.isNaN(dayMs)) return undefined;
    [lastDay, lastDayMs] = [day, dayMs];
  }
  const hours = digitsAt(text, 11, 2);
  const minutes = digitsAt(text, 14, 2);
  const seconds = digitsAt(text, 17, 2);
  const milliseconds = digitsAt(text, 20, 3);
  const isTime = hours < 24 && minutes < 60 && seconds < 60 && text[13] === ":" && text[16] === ":" && text[19] === ".";
  return isTime ? lastDayMs + hours * 3_600_000 + minutes * 60_000 + seconds * 1_000 + milliseconds : undefined;
}

const [letterZ, zero] = [90, 48];

/** NaN where one of them is none. */
function digitsAt(text: string, at: number, count: number): number {
  let value = 0;
  for (let index = at; index < at + count; index++) {
    const digit = text.charCodeAt(index) - zero;
    value = digit >= 0 && digit <= 9 ? value * 10 + digit : Number.NaN;
  }
  return value;
}

/** Whether a line has a text at a place. */
export function hasAt({ bytes, start, end }: LineBytes, at: number, text: string): boolean {
  return start + at + text.length <= end && bytes.toString("latin1", start + at, start + at + text.length) === text;
}
