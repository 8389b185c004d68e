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
  const time = Date.parse(value);
  return time >= earliest && time < latest ? time : undefined;
}

/** Whether a line has a text at a place. */
export function hasAt({ bytes, start, end }: LineBytes, at: number, text: string): boolean {
  return start + at + text.length <= end && bytes.toString("latin1", start + at, start + at + text.length) === text;
}
