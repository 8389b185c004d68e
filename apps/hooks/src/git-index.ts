import { readFileSync, statSync } from "node:fs";

/** A larger index takes longer to read than a hook has. */
const maxBytes = 4 * 1024 * 1024;
const headerBytes = 12;
const fixedBytes = 62;
const mtimeAt = 8;
const flagsAt = 60;
const nameMask = 0xfff;
const extended = 0x4000;

/**
 * The tracked files that changed last as git last saw them, newest first, from its index (version 2 or 3; else none).
 * Source: git's Documentation/gitformat-index.
 */
export function changedLast(path: string, count: number): string[] {
  try {
    if (statSync(path).size > maxBytes) return [];
    return newest(readFileSync(path), count);
  } catch {
    return [];
  }
}

function newest(index: Buffer, count: number): string[] {
  const version = index.readUInt32BE(4);
  if (index.toString("latin1", 0, 4) !== "DIRC" || (version !== 2 && version !== 3)) return [];
  const found: { name: string; changed: number }[] = [];
  let at = headerBytes;
  for (let left = index.readUInt32BE(8); left > 0; left--) {
    const changed = index.readUInt32BE(at + mtimeAt);
    const flags = index.readUInt16BE(at + flagsAt);
    const start = at + fixedBytes + ((flags & extended) === 0 ? 0 : 2);
    const length = flags & nameMask;
    const end = length < nameMask ? start + length : index.indexOf(0, start);
    found.push({ name: index.toString("utf8", start, end), changed });
    // Entries are padded with one to eight zeros to a multiple of eight.
    at += Math.ceil((end - at + 1) / 8) * 8;
  }
  // What was checked out at once changed at once, and says nothing of what is worked on.
  const times = new Map<number, number>();
  for (const { changed } of found) times.set(changed, (times.get(changed) ?? 0) + 1);
  return found.filter(({ changed }) => (times.get(changed) ?? 0) <= count).sort((a, b) => b.changed - a.changed).slice(0, count).map(({ name }) => name);
}
