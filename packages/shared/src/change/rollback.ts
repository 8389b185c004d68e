import { UserError } from "../errors.ts";
import { type Backup, type Manifest, readBackups, readCopy, updateManifest } from "./backups.ts";
import { type ApplyOptions, carryOut, type Write } from "./carry-out.ts";
import { explained, unless } from "./failure.ts";
import { hashOf, ownershipOf, readBytes, realFile } from "./file.ts";
import { removeEmptyFolders } from "./undo.ts";

export interface ListedChange {
  id: string;
  /** Epoch ms. */
  time: number;
  what: string;
  /** Paths of the files it changed. */
  files: string[];
  rolledBack: boolean;
  /** The id of the change that this one rolled back. */
  rollbackOf: string | undefined;
}

export interface RollbackOptions extends Pick<ApplyOptions, "probe" | "probeTimeoutMs" | "now" | "onStep"> {
  /** Also files that somebody else changed since; their present text goes into the rollback's own backup. */
  force?: boolean;
}

export interface RolledBack {
  /** The change that was rolled back. */
  id: string;
  what: string;
  /** Put back as they were before it. */
  restored: string[];
  /** Were so already. */
  unchanged: string[];
  /** Changed by somebody else since, and so left alone. While there are any, the change does not count as rolled back. */
  refused: string[];
  /** The rollback is a change too: its id and backup folder, when it changed anything. */
  change: string | undefined;
  backup: string | undefined;
}

/** What can be rolled back, newest first; a rollback too. Never throws for what is damaged: it is left out. */
export function listChanges(home: string): ListedChange[] {
  return backupsOfChanges(home).map(({ id, manifest: { time, what, files, rolledBack = false, rollbackOf } }) => ({ id, time, what, files: files.map(({ path }) => path), rolledBack, rollbackOf }));
}

/**
 * Puts the files of a change back, by default of the newest that is neither a rollback nor rolled back.
 * Throws `UserError("not_found")` when there is none, `"storage"` when a copy is damaged, and what applyChanges throws.
 */
export async function rollback(home: string, id?: string, options: RollbackOptions = {}): Promise<RolledBack> {
  const { force = false, ...applying } = options;
  const target = choose(backupsOfChanges(home), id);
  const { what, files, locks, folders, rollbackOf } = target.manifest;
  const judged = files.toReversed().map((file) => judge(target, file, force));
  const writes = judged.flatMap(({ state, write }) => (state === "to restore" ? [write] : []));
  const applied = await carryOut(home, writes, { ...applying, what: `rollback-${what.replace(/^(?:rollback-)+/, "")}`, locks }, target.id);
  removeEmptyFolders(folders);
  const pathsOf = (wanted: State) => judged.flatMap(({ state, write }) => (state === wanted ? [write.path] : []));
  const refused = pathsOf("changed since");
  if (refused.length === 0) {
    const original = backupsOfChanges(home).find((each) => each.id === rollbackOf);
    explained(target.folder, () => {
      note(target, { rolledBack: true });
      if (original) note(original, { rolledBack: false });
    });
  }
  return { id: target.id, what, restored: pathsOf("to restore"), unchanged: pathsOf("as before"), refused, change: applied.id, backup: applied.backup };
}

type State = "as before" | "to restore" | "changed since";

function judge(target: Backup, file: Manifest["files"][number], force: boolean): { state: State; write: Write } {
  const { path, mode, uid, gid } = file;
  return explained(path, () => {
    const realPath = realFile(path);
    const before = readBytes(realPath);
    const present = hashOf(before);
    const state = present === file.before ? "as before" : present === file.after || force ? "to restore" : "changed since";
    const given = { mode, ...(uid !== undefined && { uid }), ...(gid !== undefined && { gid }) };
    return { state, write: { path, realPath, before, after: state === "to restore" ? readCopy(target, file) : undefined, ownership: ownershipOf(realPath) ?? given } };
  });
}

function choose(changes: readonly Backup[], id: string | undefined): Backup {
  const chosen = id === undefined ? changes.find(({ manifest }) => !manifest.rolledBack && manifest.rollbackOf === undefined) : changes.find((each) => each.id === id);
  if (chosen) return chosen;
  throw new UserError("not_found", id === undefined ? "There is no change to roll back." : "There is no change with that id. `ai backups` lists them.");
}

/** The rollback's own backup may have pushed out the oldest one, which this can be. */
function note(backup: Backup, news: Partial<Manifest>): void {
  unless(["ENOENT"], () => updateManifest(backup, news));
}

function backupsOfChanges(home: string): Backup[] {
  return readBackups(home).filter(({ manifest }) => !manifest.undone);
}
