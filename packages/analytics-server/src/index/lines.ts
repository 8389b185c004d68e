import { closeSync, createReadStream, fstatSync, openSync, readSync } from "node:fs";
import { createZstdDecompress } from "node:zlib";

/** A place in a file: so many bytes, and a mark of the bytes before it by which a rewritten file is known. */
export interface Place {
  offset: number;
  before: number;
}

export interface LineReader {
  /** One line without its end, as bytes of a buffer that is reused. `place` says where the next one begins. */
  line: (bytes: Buffer, start: number, end: number, place: () => Place) => void;
  /** A line longer than is read. */
  tooLong: () => void;
  /** Between two chunks: the moment to let others run. */
  rest: (place: Place) => Promise<void>;
}

const chunkBytes = 1 << 18;
const maxLineBytes = 8 << 20;
const markBytes = 64;
const newline = 10;

/** Buffers of those who have finished: a thousand files need one. */
const spare: Buffer[] = [];

/**
 * Reads the lines of a file from a place on, in memory that does not grow with the file, and returns how far it came.
 * A last line without its end is handed on only if `isWhole` says that nothing is missing. Zstandard is told by the
 * name. Throws what the file system throws.
 */
export async function readLines(path: string, from: Place, reader: LineReader, isWhole: (bytes: Buffer, start: number, end: number) => boolean): Promise<Place> {
  let buffer = spare.pop() ?? Buffer.allocUnsafe(chunkBytes);
  let filled = 0;
  let position = from.offset;
  let skipping = false;
  let settled = from;
  let [lineStart, lineEnd] = [0, 0];
  const place = () => ({ offset: position, before: mark(buffer, lineStart, lineEnd) });

  /** Hands on the whole lines, and makes room for what follows them. */
  const consume = () => {
    let start = 0;
    for (;;) {
      const end = buffer.indexOf(newline, start);
      if (end < 0 || end >= filled) break;
      [lineStart, lineEnd] = [start, end + 1];
      position += lineEnd - lineStart;
      if (skipping) reader.tooLong();
      else if (end > start) reader.line(buffer, start, end, place);
      skipping = false;
      start = lineEnd;
    }
    if (start > 0) {
      settled = place();
      buffer.copyWithin(0, start, filled);
      filled -= start;
    }
    if (filled < buffer.length) return;
    if (buffer.length < maxLineBytes) {
      const larger = Buffer.allocUnsafe(buffer.length * 2);
      buffer.copy(larger);
      buffer = larger;
    } else {
      // Only its end is still of interest.
      skipping = true;
      position += filled;
      filled = 0;
    }
  };

  const input = path.endsWith(".zst") ? decompressed(path, from.offset) : bytesOf(path, from.offset);
  try {
    for (;;) {
      const read = await input.fill(buffer, filled);
      if (read === 0) break;
      filled += read;
      consume();
      await reader.rest(settled);
    }
  } finally {
    input.close();
    if (buffer.length === chunkBytes) spare.push(buffer);
  }
  if (filled > 0 && !skipping && isWhole(buffer, 0, filled)) {
    [lineStart, lineEnd] = [0, filled];
    position += filled;
    reader.line(buffer, 0, filled, place);
    settled = place();
  }
  return settled;
}

/** Whether a file still has before `place` what it had when the place was noted. */
export function isSame(path: string, place: Place): boolean {
  const length = place.before % 128;
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(length);
    return place.offset >= length && readSync(file, bytes, 0, length, place.offset - length) === length && mark(bytes, 0, length) === place.before;
  } finally {
    closeSync(file);
  }
}

/** A hash of the last bytes of a line, and how many they are in its lowest seven bits. */
function mark(buffer: Buffer, lineStart: number, end: number): number {
  const start = Math.max(lineStart, end - markBytes);
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (buffer[at] as number), 0x01000193);
  return (hash >>> 0) * 128 + (end - start);
}

interface Input {
  /** Puts bytes behind those that are there, and says how many; 0 at the end. */
  fill: (buffer: Buffer, filled: number) => number | Promise<number>;
  close: () => void;
}

function bytesOf(path: string, from: number): Input {
  const file = openSync(path, "r");
  // What is appended while this reads waits for the next time.
  const { size } = fstatSync(file);
  let at = from;
  return {
    fill: (buffer, filled) => {
      const read = readSync(file, buffer, filled, Math.max(0, Math.min(buffer.length - filled, size - at)), at);
      at += read;
      return read;
    },
    close: () => closeSync(file),
  };
}

function decompressed(path: string, skip: number): Input {
  const plain = createZstdDecompress();
  createReadStream(path).on("error", (error) => plain.destroy(error)).pipe(plain);
  const parts = (plain as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  let left = skip;
  let part: Buffer = Buffer.alloc(0);
  return {
    fill: async (buffer, filled) => {
      while (part.length === 0) {
        const { value, done } = await parts.next();
        if (done) return 0;
        part = value.subarray(left);
        left = Math.max(0, left - value.length);
      }
      const copied = part.copy(buffer, filled);
      part = part.subarray(copied);
      return copied;
    },
    close: () => plain.destroy(),
  };
}
