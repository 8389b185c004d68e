import { readSync } from "node:fs";

/** More than this is no event of a session that anybody could use; it is read to its end, so that the CLI can write it, and dropped. */
const maxBytes = 16 * 1024 * 1024;
const partBytes = 64 * 1024;
const waitMs = 2;

/**
 * Everything on standard input, read as it comes and without a stream, which would take longer to load than most events to
 * handle. "" for what is too long, or not all there after `limitMs`.
 */
export function readStdin(limitMs: number, descriptor = 0): string {
  const parts: Buffer[] = [];
  const until = performance.now() + limitMs;
  let bytes = 0;
  for (;;) {
    const part = Buffer.allocUnsafe(partBytes);
    const read = readPart(descriptor, part);
    if (read === 0) return bytes > maxBytes ? "" : Buffer.concat(parts).toString("utf8");
    if (performance.now() > until) return "";
    if (read === undefined) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, waitMs);
      continue;
    }
    bytes += read;
    if (bytes <= maxBytes) parts.push(part.subarray(0, read));
    else parts.length = 0;
  }
}

/** Undefined when nothing is there yet. */
function readPart(descriptor: number, part: Buffer): number | undefined {
  try {
    return readSync(descriptor, part);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EAGAIN") return undefined;
    if (code === "EOF") return 0;
    throw error;
  }
}
