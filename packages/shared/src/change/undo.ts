import { existsSync, mkdirSync, rmdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { UserError } from "../errors.ts";
import { type Backup, discard, updateManifest } from "./backups.ts";
import type { Write } from "./carry-out.ts";
import { unless } from "./failure.ts";
import { commit, hashOf, ownershipOf, readBytes, remove, stage, writeNew } from "./file.ts";
import { type LockOptions, type Locks, takeLocks } from "./lock.ts";

/** Longer than a lock whose holder is gone lasts. */
const locksMs = 15_000;

/**
 * Puts back what was done, last first, and returns the error to throw: what failed, and that nothing is changed.
 * What another program wrote into one of the files since goes into the backup folder, which is kept then.
 */
export async function afterUndo(error: unknown, done: readonly Write[], backup: Backup, options: Omit<LockOptions, "waitMs"> & { locks: readonly string[] }): Promise<unknown> {
  const held = done.length > 0 ? await locksIfFree(options.locks, { ...options, waitMs: locksMs }) : undefined;
  const stuck: string[] = [];
  const found: string[] = [];
  for (const [index, write] of [...done.entries()].reverse()) {
    try {
      const kept = putBack(write, join(backup.folder, `found-${index}`), options.onStep);
      if (kept) found.push(kept);
    } catch {
      stuck.push(write.path);
    }
  }
  held?.release();
  removeEmptyFolders(backup.manifest.folders);
  if (stuck.length > 0) return new UserError("storage", `${messageOf(error)} ${stuck.join(", ")} could not be put back. The former text is in ${backup.folder}; roll back ${backup.id} when the cause is gone.`, { cause: error });
  settle(backup, found.length > 0);
  if (!(error instanceof UserError)) return error;
  const undone = done.length > 0 ? `All was undone: ${done.map(({ path }) => path).join(", ")} as before.` : "Nothing was changed.";
  const kept = found.length > 0 ? ` What another program had written meanwhile is kept in ${found.join(", ")}.` : "";
  return new UserError(error.code, `${error.message} ${undone}${kept}`, { cause: error });
}

/** The folders that must be made for these files, outermost first. */
export function missingFolders(files: readonly string[]): string[] {
  const missing = new Set<string>();
  for (const file of files) for (let folder = dirname(file); !existsSync(folder); folder = dirname(folder)) missing.add(folder);
  return [...missing].sort();
}

export function removeEmptyFolders(folders: readonly string[]): void {
  for (const folder of [...folders].reverse()) unless(["ENOENT", "ENOTEMPTY", "EEXIST", "EACCES", "EPERM", "EBUSY", "ENOTDIR"], () => rmdirSync(folder));
}

/** A lock that a live program keeps does not keep us: a broken config left behind would be worse. */
async function locksIfFree(paths: readonly string[], options: LockOptions): Promise<Locks | undefined> {
  try {
    return await takeLocks(paths, options);
  } catch {
    return undefined;
  }
}

/** Returns where a text that is not ours was kept, when there was one. */
function putBack({ realPath, before, after, ownership }: Write, aside: string, onStep: LockOptions["onStep"]): string | undefined {
  const present = readBytes(realPath);
  if (hashOf(present) === hashOf(before)) return undefined;
  const foreign = present && hashOf(present) !== hashOf(after);
  if (foreign) writeNew(aside, present);
  if (before) {
    mkdirSync(dirname(realPath), { recursive: true, mode: 0o700 });
    commit(stage(realPath, before, ownershipOf(realPath) ?? ownership, onStep), realPath, onStep);
  } else remove(realPath, onStep);
  return foreign ? aside : undefined;
}

/** A note that cannot be made is no failure of the undoing. */
function settle(backup: Backup, keep: boolean): void {
  unless(["ENOENT", "EACCES", "EPERM", "EROFS", "ENOSPC", "EIO"], () => (keep ? updateManifest(backup, { undone: true }) : discard(backup)));
}

function messageOf(error: unknown): string {
  return error instanceof UserError ? error.message : "The change failed unexpectedly.";
}
