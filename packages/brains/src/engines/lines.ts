import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { BrainFailure } from "../failure.ts";

/** More than any brain has to say: beyond it the run is ended. */
const maxOutputBytes = 128 * 1024 * 1024;

/** The lines of a stream that are JSON objects, as they come. Throws BrainFailure when more than `maxBytes` came in all. */
export async function* jsonLines(stream: Readable, maxBytes = maxOutputBytes): AsyncGenerator<Record<string, unknown>> {
  for await (const line of textLines(stream, maxBytes)) {
    const value = parseObject(line);
    if (value) yield value;
  }
}

/** Lines of UTF-8 text; one without an end comes last. */
export async function* textLines(stream: Readable | AsyncIterable<Uint8Array>, maxBytes = maxOutputBytes): AsyncGenerator<string> {
  const decoder = new StringDecoder("utf8");
  // Joined only when a line is whole: a line of 10 MB arrives in hundreds of parts.
  let parts: string[] = [];
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw new BrainFailure("unknown", `The brain wrote over ${Math.round(maxBytes / 1_048_576)} MB and was ended. Ask for less at once.`);
    const [first = "", ...rest] = decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)).split("\n");
    parts.push(first);
    for (const next of rest) {
      yield parts.join("").replace(/\r$/, "");
      parts = [next];
    }
  }
  const last = parts.join("") + decoder.end();
  if (last !== "") yield last;
}

export function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object at a key, or an empty one. */
export function objectAt(value: unknown, key: string): Record<string, unknown> {
  const found = isObject(value) ? value[key] : undefined;
  return isObject(found) ? found : {};
}

/** The members of a list at a key that are objects. */
export function objectsAt(value: unknown, key: string): Record<string, unknown>[] {
  const found = isObject(value) ? value[key] : undefined;
  return Array.isArray(found) ? found.filter(isObject) : [];
}

export function textAt(value: unknown, key: string): string {
  const found = isObject(value) ? value[key] : undefined;
  return typeof found === "string" ? found : "";
}

export function numberAt(value: unknown, key: string): number {
  const found = isObject(value) ? value[key] : undefined;
  return typeof found === "number" && Number.isFinite(found) ? found : 0;
}
