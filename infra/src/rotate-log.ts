import { closeSync, copyFileSync, fstatSync, openSync, readSync, renameSync, rmSync, statSync, truncateSync, writeSync } from "node:fs";

export interface Rotation {
  /** A log of this size or more is rotated. */
  megabytes: number;
  /** How many former ones are kept: `PATH.1`, the newest, to `PATH.<keep>`. */
  keep: number;
}

const partBytes = 1_048_576;

/**
 * Moves what is in a log to `PATH.1` when it is large. Its file stays the same one, emptied: the service manager holds it
 * open for appending. What the calling process writes is never lost; of another writer, at most a line that falls between
 * the last read and the emptying. Returns whether it was rotated. Throws what the file system says; the log is whole then.
 */
export function rotateLog(path: string, { megabytes, keep }: Rotation): boolean {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size < megabytes * 1_000_000) return false;
  rmSync(former(path, keep), { force: true });
  for (let at = keep - 1; at >= 1; at--) moveIfThere(former(path, at), former(path, at + 1));
  const part = former(path, "part");
  try {
    copyFileSync(path, part);
    copyLate(path, part);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
  truncateSync(path, 0);
  renameSync(part, former(path, 1));
  return true;
}

function former(path: string, at: number | "part"): string {
  return `${path}.${at}`;
}

function moveIfThere(from: string, to: string): void {
  if (statSync(from, { throwIfNoEntry: false })) renameSync(from, to);
}

/** What was appended while the copy was made. */
function copyLate(path: string, copy: string): void {
  const [from, to] = [openSync(path, "r"), openSync(copy, "a")];
  try {
    const part = Buffer.alloc(partBytes);
    for (let at = fstatSync(to).size, read = -1; read !== 0; at += read) {
      read = readSync(from, part, 0, part.length, at);
      writeSync(to, part, 0, read);
    }
  } finally {
    closeSync(from);
    closeSync(to);
  }
}
