import { closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";

const lookEveryMs = 300;
/** The end of a log that is read for its last lines. */
const tailBytes = 1_048_576;

/** The last lines of a log, what was moved to `.1` included when the log itself has fewer. Empty when there is none. */
export function lastLines(path: string, count: number): string[] {
  const present = tail(path);
  const lines = present.length < count ? [...tail(`${path}.1`), ...present] : present;
  return lines.slice(-count);
}

/** Hands on what is appended from now on, until the signal; goes on when the log is rotated. */
export async function follow(path: string, write: (text: string) => void, signal: AbortSignal): Promise<void> {
  const decoder = new TextDecoder();
  let at = sizeOf(path);
  while (!signal.aborted) {
    await wait(lookEveryMs, undefined, { signal }).catch(() => {});
    if (sizeOf(path) < at) at = 0;
    const part = read(path, at);
    at += part.length;
    if (part.length > 0) write(decoder.decode(part, { stream: true }));
  }
}

function tail(path: string): string[] {
  const size = sizeOf(path);
  const lines = new TextDecoder().decode(read(path, Math.max(0, size - tailBytes))).split("\n");
  if (lines.at(-1) === "") lines.pop();
  return size > tailBytes ? lines.slice(1) : lines;
}

/** From `at` on, at most a megabyte. */
function read(path: string, at: number): Buffer {
  if (!existsSync(path)) return Buffer.alloc(0);
  const file = openSync(path, "r");
  try {
    const part = Buffer.alloc(Math.min(tailBytes, Math.max(0, fstatSync(file).size - at)));
    return part.subarray(0, readSync(file, part, 0, part.length, at));
  } finally {
    closeSync(file);
  }
}

function sizeOf(path: string): number {
  if (!existsSync(path)) return 0;
  const file = openSync(path, "r");
  try {
    return fstatSync(file).size;
  } finally {
    closeSync(file);
  }
}
