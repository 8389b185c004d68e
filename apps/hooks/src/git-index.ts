import { readFileSync, statSync } from "node:fs";

/** A larger index takes longer to read than a hook has. */
const maxBytes = 4 * 1024 * 1024;
const headerBytes = 12;
const mtimeAt = 8;
const hashAt = 40;
const nameMask = 0xfff;
const extended = 0x4000;

/**
 * The tracked files that changed last as git last saw them, newest first, from its index (version 2 or 3; else none).
 * Source: git's Documentation/gitformat-index.
 */
export function changedLast(path: string, count: number): string[] {
  try {
    const stat = statSync(path);
    if (!stat.isFile() || stat.size > maxBytes) return [];
    const index = readFileSync(path);
    // Which of git's two hashes it has is written elsewhere: with the wrong one the names do not end where they should.
    return newest(entriesOf(index, 20) ?? entriesOf(index, 32) ?? [], count);
  } catch {
    return [];
  }
}

interface Entry {
  name: string;
  changed: number;
}

/** Undefined for what is no index with hashes of so many bytes. */
function entriesOf(index: Buffer, hashBytes: number): Entry[] | undefined {
  const version = index.readUInt32BE(4);
  if (index.toString("latin1", 0, 4) !== "DIRC" || (version !== 2 && version !== 3)) return undefined;
  const found: Entry[] = [];
  let at = headerBytes;
  for (let left = index.readUInt32BE(8); left > 0; left--) {
    const flagsAt = at + hashAt + hashBytes;
    if (flagsAt + 2 > index.length) return undefined;
    const flags = index.readUInt16BE(flagsAt);
    const start = flagsAt + ((flags & extended) === 0 ? 2 : 4);
    const length = flags & nameMask;
    const end = length < nameMask ? start + length : index.indexOf(0, start);
    if (end <= start || index[end] !== 0) return undefined;
    found.push({ name: index.toString("utf8", start, end), changed: index.readUInt32BE(at + mtimeAt) });
    // Entries are padded with one to eight zeros to a multiple of eight.
    at += Math.ceil((end - at + 1) / 8) * 8;
  }
  return found;
}

function newest(found: readonly Entry[], count: number): string[] {
  // What was checked out at once changed at once, and says nothing of what is worked on.
  const times = new Map<number, number>();
  for (const { changed } of found) times.set(changed, (times.get(changed) ?? 0) + 1);
  return found.filter(({ changed }) => (times.get(changed) ?? 0) <= count).sort((a, b) => b.changed - a.changed).slice(0, count).map(({ name }) => name);
}
