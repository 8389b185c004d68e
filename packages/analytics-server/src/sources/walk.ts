import { readdirSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import { errorCode } from "@paios/shared/errors";
import type { SkipReason } from "../index/row.ts";

export interface FoundFile {
  path: string;
  /** Its path below the root, with "/". */
  name: string;
  device: number;
  inode: number;
  size: number;
  modifiedMs: number;
  /** When it was made, where the file system knows; orders a fork behind its original. */
  bornMs: number;
}

export interface Walk {
  files: FoundFile[];
  /** All files there, wanted or not. */
  entries: number;
  bytes: number;
  skips: { path: string; reason: SkipReason }[];
}

const maxDepth = 12;

/** The files below some folders whose names pass, oldest first, and what could not be looked at. A folder need not be there. */
export function walk(roots: readonly string[], wanted: (name: string) => boolean): Walk {
  const found: Walk = { files: [], entries: 0, bytes: 0, skips: [] };
  for (const root of roots) enter(root, "", [], found, wanted);
  found.files.sort((a, b) => a.bornMs - b.bornMs || a.modifiedMs - b.modifiedMs || (a.name < b.name ? -1 : 1));
  return found;
}

function enter(folder: string, name: string, above: readonly string[], found: Walk, wanted: (name: string) => boolean): void {
  if (above.length > maxDepth) return void found.skips.push({ path: folder, reason: "too_deep" });
  let entries;
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (errorCode(error) !== "ENOENT" || name !== "") found.skips.push({ path: folder, reason: reasonOf(error) });
    return;
  }
  for (const entry of entries) {
    const path = join(folder, entry.name);
    const below = name ? `${name}/${entry.name}` : entry.name;
    if (entry.isDirectory()) enter(path, below, [...above, folder], found, wanted);
    else if (entry.isFile()) addFile(path, below, found, wanted);
    else if (entry.isSymbolicLink()) follow(path, below, [...above, folder], found, wanted);
  }
}

function follow(path: string, name: string, above: readonly string[], found: Walk, wanted: (name: string) => boolean): void {
  try {
    const target = realpathSync(path);
    if (!statSync(target).isDirectory()) return addFile(path, name, found, wanted);
    if (above.some((folder) => `${realpathSync(folder)}/`.startsWith(`${target}/`))) found.skips.push({ path, reason: "folder_loop" });
    else enter(path, name, above, found, wanted);
  } catch (error) {
    found.skips.push({ path, reason: errorCode(error) === "ELOOP" ? "folder_loop" : reasonOf(error) });
  }
}

function addFile(path: string, name: string, found: Walk, wanted: (name: string) => boolean): void {
  try {
    const { dev, ino, size, mtimeMs, birthtimeMs } = statSync(path);
    found.bytes += size;
    found.entries++;
    if (wanted(name)) found.files.push({ path, name, device: dev, inode: ino, size, modifiedMs: mtimeMs, bornMs: birthtimeMs });
  } catch (error) {
    found.skips.push({ path, reason: reasonOf(error) });
  }
}

export function reasonOf(error: unknown): SkipReason {
  return errorCode(error) === "ENOENT" ? "gone_while_read" : "unreadable";
}
