import { mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { UserError } from "../errors.ts";
import { type Backup, backupsOf, makeBackup, prune, removeHalfMade } from "./backups.ts";
import { explained, unless } from "./failure.ts";
import { assertWritable, commit, hashOf, type OnStep, type Ownership, ownershipOf, readBytes, realFile, remove, removeLeftovers, stage } from "./file.ts";
import { type Locks, takeLocks } from "./lock.ts";
import { passProbe, type ProbeResult } from "./probe.ts";
import { afterUndo, missingFolders } from "./undo.ts";

export interface ApplyOptions {
  /** One word or a few for the backup folder's name: lower-case letters, digits, hyphens. */
  what: string;
  /** Lock folders of other programs that guard these files; released before the probe, which may need them. */
  locks?: string[];
  /** Tries the result. When it says no, throws, or takes too long (its signal is aborted then), every file is put back. */
  probe?: (signal: AbortSignal) => Promise<ProbeResult>;
  /** Default 30 s. */
  probeTimeoutMs?: number;
  /** Epoch ms; default Date.now. */
  now?: () => number;
  /** Called after each thing done to the disk; for tests. */
  onStep?: OnStep;
}

export interface Applied {
  /** The change's id and its backup folder; undefined when nothing differed. */
  id: string | undefined;
  backup: string | undefined;
  /** The paths that were changed, in order. */
  changed: string[];
  /** Lock folders that a program which did not refresh them for 10 s had left, and that were taken over. */
  takenOver: string[];
}

/** One file to write, in bytes; undefined: there is no file, or shall be none. */
export interface Write {
  path: string;
  realPath: string;
  before: Buffer | undefined;
  after: Buffer | undefined;
  ownership: Ownership;
}

const otherLocksMs = 3_000;
/** Another setup is let finish, its probe too. */
const ownLockMs = 60_000;

/** Makes a backup, then writes all files or none. Files that are already as wanted are left alone. */
export async function carryOut(home: string, writes: readonly Write[], options: ApplyOptions, rollbackOf?: string): Promise<Applied> {
  const { what, locks = [], now = Date.now, onStep = () => {} } = options;
  if (!/^[a-z\d]+(-[a-z\d]+)*$/.test(what)) throw new Error(`"${what}" cannot be part of a folder's name`);
  if (writes.length === 0) return nothing;
  const backups = backupsOf(home);
  explained(backups, () => mkdirSync(backups, { recursive: true, mode: 0o700 }));
  const own = await takeLocks([join(backups, ".change.lock")], { waitMs: ownLockMs, now, onStep });
  try {
    removeHalfMade(home);
    const left = writes.filter(isLeft);
    if (left.length === 0) return nothing;
    for (const { path, realPath } of left) explained(path, () => assertWritable(realPath));
    const folders = missingFolders(left.filter(({ after }) => after).map(({ realPath }) => realPath));
    const backup = explained(backups, () => makeBackup(home, { what, locks, folders, ...(rollbackOf && { rollbackOf }) }, left, now, onStep));
    const takenOver = await changeFiles(left, backup, own, { ...options, locks, now, onStep });
    prune(home);
    return { id: backup.id, backup: backup.folder, changed: left.map(({ path }) => path), takenOver };
  } finally {
    own.release();
  }
}

const nothing: Applied = { id: undefined, backup: undefined, changed: [], takenOver: [] };

async function changeFiles(writes: readonly Write[], backup: Backup, own: Locks, options: ApplyOptions & { locks: string[]; now: () => number; onStep: OnStep }): Promise<string[]> {
  const { locks, now, onStep, probe, probeTimeoutMs = 30_000 } = options;
  const done: Write[] = [];
  try {
    const held = await takeLocks(locks, { waitMs: otherLocksMs, now, onStep });
    try {
      writeAll(writes, backup.manifest.folders, done, [own, held], onStep);
    } finally {
      held.release();
    }
    if (probe) await passProbe(probe, probeTimeoutMs);
    return held.takenOver;
  } catch (error) {
    throw await afterUndo(error, done, backup, { locks, now, onStep });
  }
}

/** Every new text is on the disk before the first file is replaced, so that a full disk stops it before it begins. */
function writeAll(writes: readonly Write[], folders: readonly string[], done: Write[], locks: readonly Locks[], onStep: OnStep): void {
  const staged = new Map<Write, string>();
  try {
    for (const folder of folders) explained(folder, () => mkdirSync(folder, { recursive: true, mode: 0o700 }));
    for (const write of writes) {
      const { path, realPath, after, ownership } = write;
      explained(path, () => removeLeftovers(realPath));
      if (after) staged.set(write, explained(path, () => stage(realPath, after, ownershipOf(realPath) ?? ownership, onStep)));
    }
    for (const write of writes) {
      const { path, realPath } = write;
      for (const { assertHeld } of locks) assertHeld();
      if (!isLeft(write)) continue;
      done.push(write);
      const temporary = staged.get(write);
      explained(path, () => (temporary ? commit(temporary, realPath, onStep) : remove(realPath, onStep)));
      staged.delete(write);
    }
    for (const { path, realPath, after } of writes) {
      if (hashOf(explained(path, () => readBytes(realPath))) !== hashOf(after)) throw changedMeanwhile(path);
    }
  } finally {
    for (const temporary of staged.values()) unless(["EACCES", "EPERM", "EROFS", "EIO"], () => rmSync(temporary, { force: true }));
  }
}

/** Whether a file is still to be written: not when it is as wanted already. Throws when it is not as it was planned from. */
function isLeft({ path, realPath, before, after }: Write): boolean {
  const present = explained(path, () => (realFile(path) === realPath ? hashOf(readBytes(realPath)) : undefined));
  if (present === hashOf(after)) return false;
  if (present !== hashOf(before)) throw changedMeanwhile(path);
  return true;
}

const meanwhile = Symbol("changed meanwhile");

function changedMeanwhile(path: string): UserError {
  return new UserError("config", `${path} was changed by another program meanwhile. Run it again.`, { cause: meanwhile });
}

/** Whether a change failed only because a file changed under its plan: planned anew it may succeed. */
export function wasChangedMeanwhile(error: unknown): boolean {
  return error instanceof Error && (error.cause === meanwhile || wasChangedMeanwhile(error.cause));
}

/** The real folder of each file, for what a killed run left there. */
export function tidyBeside(paths: readonly string[]): void {
  for (const path of paths) explained(dirname(path), () => removeLeftovers(realFile(path)));
}
