import { UserError } from "@paios/shared/errors";
import { maxDepth, maxParts, tooDeep, tooManyParts } from "./limits.ts";

const quote = 0x22;
const backslash = 0x5c;
const open = new Set([0x7b, 0x5b]);
const close = new Set([0x7d, 0x5d]);

/** Parses a JSON body whose depth and number of objects are bounded. Throws a `UserError` that quotes nothing of it. */
export function parseJson(body: Buffer): unknown {
  checkShape(body);
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    throw new UserError("bad_input", "The body is not valid JSON. Check what sends this.");
  }
}

/** `JSON.parse` of 30 MB of brackets would take a gigabyte. */
function checkShape(body: Buffer): void {
  let depth = 0;
  let parts = 0;
  for (let at = 0; at < body.length; at++) {
    const byte = body[at] ?? 0;
    if (byte === quote) at = stringEnd(body, at);
    else if (open.has(byte)) {
      if (++parts > maxParts) throw tooManyParts();
      if (++depth > maxDepth) throw tooDeep();
    } else if (close.has(byte)) depth--;
  }
}

function stringEnd(body: Buffer, from: number): number {
  let at = body.indexOf(quote, from + 1);
  while (at > 0 && isEscaped(body, at)) at = body.indexOf(quote, at + 1);
  return at < 0 ? body.length : at;
}

function isEscaped(body: Buffer, quoteAt: number): boolean {
  let slashes = 0;
  while (body[quoteAt - 1 - slashes] === backslash) slashes++;
  return slashes % 2 === 1;
}
