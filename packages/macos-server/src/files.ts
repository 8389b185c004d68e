import { lstatSync, readFileSync, type Stats, statSync } from "node:fs";
import { isAbsolute } from "node:path";
import { failure } from "./failure.ts";

/** A file a caller names: absolute, there, and a file. Throws `unknown_file`. */
export function fileAt(path: string): Stats {
  if (!isAbsolute(path)) throw failure("unknown_file", "path must be absolute. macos_find looks for a file.");
  const stat = statOf(path);
  if (stat?.isFile()) return stat;
  throw failure("unknown_file", "There is no such file. macos_find looks for it.");
}

export function readFileAt(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw failure("unknown_file", "The file cannot be read. Check its permissions.", { cause: error });
  }
}

/** Undefined for whatever cannot be looked at: not there, not allowed, no path at all. */
export function statOf(path: string): Stats | undefined {
  return quietly(() => statSync(path));
}

/** Whether there is something by this name, a link to nothing included. */
export function isThere(path: string): boolean {
  return quietly(() => lstatSync(path)) !== undefined;
}

function quietly(look: () => Stats): Stats | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
