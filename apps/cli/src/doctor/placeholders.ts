import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { errorCode, UserError } from "@paios/shared/errors";
import type { Finding } from "./finding.ts";
import { holdersOf } from "./holders.ts";

/** Names that PAIOS uses, or that its set-ups of former days left behind. */
const known = /^(kb|knowledge|observability|obs|events|traces|router|analytics|macos|heartbeat|content|autonomy)\.(sqlite3?|db)$/;
const database = /\.(sqlite3?|db)$/;

/** Databases of 0 bytes: ours or known ones that nobody has open can go; all others are left alone. */
export function placeholderFindings(home: string): Finding[] {
  return emptyDatabases(home).map((name) => {
    const path = join(home, name);
    const check = `placeholder ${name}`;
    if (!known.test(name)) return { check, status: "ok", detail: "0 bytes, and not ours: left alone." };
    const holders = holdersOf(path);
    if (!holders) return { check, status: "warn", detail: "0 bytes. Whether somebody has it open cannot be told here.", fix: `Remove it yourself when nothing runs: ${path}` };
    if (holders.length > 0) return { check, status: "ok", detail: `0 bytes, but open in ${holders.map(({ pid }) => pid).join(", ")}: left alone.` };
    return { check, status: "warn", detail: "A database of 0 bytes that nobody has open.", fix: "--fix removes it", repair: () => removeEmpty(path) };
  });
}

function emptyDatabases(home: string): string[] {
  try {
    return readdirSync(home, { withFileTypes: true }).filter((entry) => entry.isFile() && database.test(entry.name) && isEmpty(join(home, entry.name))).map(({ name }) => name).sort();
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(errorCode(error))) return [];
    throw error;
  }
}

/** A write-ahead log or journal beside it may hold what the file is to become. */
function isEmpty(path: string): boolean {
  const sizeOf = (file: string) => statSync(file, { throwIfNoEntry: false })?.size;
  return sizeOf(path) === 0 && !["-wal", "-journal"].some((suffix) => sizeOf(path + suffix));
}

/** Looked at once more: it may have been filled or opened since. */
function removeEmpty(path: string): void {
  if (!isEmpty(path) || holdersOf(path)?.length !== 0) throw new UserError("refused", `${path} is in use by now, or gone, and was left alone.`);
  rmSync(path);
}
