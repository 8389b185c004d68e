import { type LineBytes, parseLine } from "./json.ts";

/** Which fields of an object are wanted: `true` for a text, number or truth, a shape for an object or the objects of a list. */
export interface Shape {
  readonly [field: string]: true | Shape;
}

interface Field {
  name: string;
  inner: Fields | undefined;
  /** Its last text: ids and names repeat from line to line. */
  last: string;
}

/** A shape, by the hashes of its names. */
export type Fields = ReadonlyMap<number, Field>;

export function fieldsOf(shape: Shape): Fields {
  return new Map(Object.entries(shape).map(([name, inner]) => [hashOf(name), { name, inner: inner === true ? undefined : fieldsOf(inner), last: "" }]));
}

/**
 * A line as an object that has only the wanted fields, read from its bytes: most of a line is what people and tools said,
 * and to make that too would be most of the work. Texts are Latin-1, as `parseLine` gives them. What is neither object
 * nor list where one was wanted is null; either of them elsewhere is `{}`. Undefined for what is no object; what is not
 * wanted is looked at only as far as to find its end.
 */
export function skimLine(line: LineBytes, fields: Fields): Record<string, unknown> | undefined {
  const { bytes, start, end } = line;
  if (bytes[start] === openBrace) {
    try {
      if (readObject(bytes, start + 1, fields) === end) return made as Record<string, unknown>;
    } catch (error) {
      if (error !== unexpected) throw error;
    }
  }
  // Written in a way we do not skim, or damaged: that is for the real parser to say.
  return parseLine(line);
}

const unexpected = new Error("not as skimmed");
/** An object or a list where a text, number or truth was wanted. */
const notBare: object = Object.freeze({});
/** What was read last. */
let made: unknown;

const [quote, backslash, comma, colon, minus, zero, space] = [34, 92, 44, 58, 45, 48, 32];
const [openBrace, closeBrace, openBracket, closeBracket] = [123, 125, 91, 93];
const [letterF, letterN, letterT] = [102, 110, 116];

/** What ends a run of plain bytes of a text: a quote, a backslash, and what JSON forbids there. */
const endsRun = new Uint8Array(256).fill(1, 0, 32);
endsRun[quote] = endsRun[backslash] = 1;
/** What counts where only the end of an object or a list is looked for. */
const [opens, closes, begins, forbidden] = [1, 2, 3, 4];
const marks = new Uint8Array(256).fill(forbidden, 0, 32);
marks[openBrace] = marks[openBracket] = opens;
marks[closeBrace] = marks[closeBracket] = closes;
marks[quote] = begins;

/** So far a run is looked at byte by byte. */
const nearBytes = 48;
const maxKeptChars = 200;
const exactDigits = 15;

/** All of these take the place where something begins and return the place behind it. */
function readObject(bytes: Buffer, start: number, fields: Fields): number {
  const object: Record<string, unknown> = {};
  let at = start;
  if (bytes[at] === closeBrace) {
    made = object;
    return at + 1;
  }
  for (;;) {
    if (bytes[at] === space) at++;
    if (bytes[at] !== quote) throw unexpected;
    const from = ++at;
    let hash = 0;
    for (let code = bytes[at] ?? 0; endsRun[code] === 0; code = bytes[++at] ?? 0) hash = hashed(hash, code);
    if (bytes[at] !== quote) throw unexpected;
    const field = fields.get(hash);
    const isWanted = field !== undefined && isText(bytes, from, at, field.name);
    if (bytes[++at] !== colon) throw unexpected;
    if (bytes[++at] === space) at++;
    if (isWanted) {
      at = readValue(bytes, at, field);
      object[field.name] = made;
    } else {
      at = skipValue(bytes, at);
    }
    const next = bytes[at++];
    if (next === closeBrace) {
      made = object;
      return at;
    }
    if (next !== comma) throw unexpected;
  }
}

function readValue(bytes: Buffer, at: number, field: Field): number {
  const { inner } = field;
  const first = bytes[at];
  if (inner) {
    if (first === openBrace) return readObject(bytes, at + 1, inner);
    if (first === openBracket) return readList(bytes, at + 1, inner);
  } else {
    if (first === quote) return readText(bytes, at + 1, field);
    if (first === letterT || first === letterF || first === letterN) return readWord(bytes, at);
    if (first !== openBrace && first !== openBracket) return readNumber(bytes, at);
  }
  const end = skipValue(bytes, at);
  made = inner ? null : notBare;
  return end;
}

function readList(bytes: Buffer, start: number, fields: Fields): number {
  const list: unknown[] = [];
  let at = start;
  while (bytes[at] !== closeBracket) {
    if (bytes[at] === openBrace) {
      at = readObject(bytes, at + 1, fields);
      list.push(made);
    } else {
      at = skipValue(bytes, at);
      list.push(null);
    }
    if (bytes[at] === comma) at++;
    else if (bytes[at] !== closeBracket) throw unexpected;
    if (bytes[at] === space) at++;
  }
  made = list;
  return at + 1;
}

function readText(bytes: Buffer, from: number, field: Field): number {
  let at = from;
  while (endsRun[bytes[at] ?? 0] === 0) at++;
  if (bytes[at] === quote) {
    if (!isText(bytes, from, at, field.last)) {
      const text = bytes.toString("latin1", from, at);
      if (text.length <= maxKeptChars) field.last = text;
      made = text;
    } else {
      made = field.last;
    }
    return at + 1;
  }
  const end = skipText(bytes, at);
  made = parsed(bytes, from - 1, end);
  return end;
}

function readNumber(bytes: Buffer, from: number): number {
  let value = 0;
  let at = from;
  for (let digit = (bytes[at] ?? 0) - zero; digit >= 0 && digit <= 9; digit = (bytes[++at] ?? 0) - zero) value = value * 10 + digit;
  if (at > from && at - from <= exactDigits && isBehindValue(bytes[at])) {
    made = value;
    return at;
  }
  if (at === from && bytes[at] !== minus) throw unexpected;
  const end = skipBare(bytes, at);
  made = parsed(bytes, from, end);
  return end;
}

function readWord(bytes: Buffer, from: number): number {
  const end = skipBare(bytes, from);
  if (isText(bytes, from, end, "false")) made = false;
  else if (isText(bytes, from, end, "true")) made = true;
  else if (isText(bytes, from, end, "null")) made = null;
  else throw unexpected;
  return end;
}

function parsed(bytes: Buffer, from: number, end: number): unknown {
  try {
    return JSON.parse(bytes.toString("latin1", from, end));
  } catch {
    throw unexpected;
  }
}

function skipValue(bytes: Buffer, at: number): number {
  const first = bytes[at];
  if (first === quote) return skipText(bytes, at + 1);
  if (first === openBrace || first === openBracket) return skipContainer(bytes, at + 1);
  return skipBare(bytes, at);
}

function skipText(bytes: Buffer, from: number): number {
  for (let at = from, near = at + nearBytes; ; at += 2, near = at + nearBytes) {
    while (endsRun[bytes[at] ?? 0] === 0 && at < near) at++;
    if (at === near) at = nextQuote(bytes, at);
    if (bytes[at] === quote) return at + 1;
    if (bytes[at] !== backslash) throw unexpected;
  }
}

/** Of a long run: its quote, or the backslash that belongs to it. */
function nextQuote(bytes: Buffer, from: number): number {
  const at = bytes.indexOf(quote, from);
  if (at < 0) throw unexpected;
  let before = at;
  while (before > from && bytes[before - 1] === backslash) before--;
  return (at - before) % 2 === 0 ? at : at - 1;
}

function skipContainer(bytes: Buffer, from: number): number {
  let depth = 1;
  for (let at = from; ; ) {
    const mark = marks[bytes[at++] ?? 0];
    if (mark === 0) continue;
    if (mark === begins) at = skipText(bytes, at);
    else if (mark === opens) depth++;
    else if (mark === forbidden) throw unexpected;
    else if (--depth === 0) return at;
  }
}

/** A number, or true, false or null. */
function skipBare(bytes: Buffer, from: number): number {
  let at = from;
  while (!isBehindValue(bytes[at])) {
    if (marks[bytes[at] ?? 0] !== 0) throw unexpected;
    at++;
  }
  if (at === from) throw unexpected;
  return at;
}

function isBehindValue(code: number | undefined): boolean {
  return code === comma || code === closeBrace || code === closeBracket;
}

function isText(bytes: Buffer, from: number, end: number, text: string): boolean {
  if (end - from !== text.length) return false;
  for (let at = 0; at < text.length; at++) if (bytes[from + at] !== text.charCodeAt(at)) return false;
  return true;
}

function hashOf(name: string): number {
  return [...Buffer.from(name)].reduce(hashed, 0);
}

function hashed(hash: number, code: number): number {
  return (Math.imul(hash, 31) + code) & 0x3fff_ffff;
}
