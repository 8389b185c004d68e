import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import * as z from "zod";
import { errorCode, UserError } from "../errors.ts";
import { explained, unless } from "./failure.ts";
import { hashOf, type OnStep, syncFolder, writeNew } from "./file.ts";
import type { Write } from "./carry-out.ts";

const keptChanges = 20;
const notRemovable = ["ENOENT", "EACCES", "EPERM", "EROFS", "ENOSPC", "EIO", "ENOTEMPTY", "EBUSY"];
const timeName = /^(\d{4}-\d\d-\d\dT)(\d\d)-(\d\d)-(\d\d)-(\d{3}Z)-/;

const manifestSchema = z.object({
  version: z.literal(1),
  /** Epoch ms. */
  time: z.number(),
  what: z.string(),
  locks: z.array(z.string()),
  /** Those that were made for the files, outermost first. */
  folders: z.array(z.string()),
  /** Hashes are SHA-256 in hex, "" for no file; `copy` is the name of the copy in this folder. */
  files: z.array(z.object({ path: z.string(), mode: z.int(), uid: z.int().optional(), gid: z.int().optional(), before: z.string(), after: z.string(), copy: z.string().regex(/^\d{1,6}$/).optional() })),
  /** The id of the change that this one rolls back. */
  rollbackOf: z.string().optional(),
  rolledBack: z.boolean().optional(),
  /** It failed and was undone; the folder is kept for another program's text in it. */
  undone: z.boolean().optional(),
});

export type Manifest = z.infer<typeof manifestSchema>;

export interface Backup {
  /** The folder's name. */
  id: string;
  folder: string;
  manifest: Manifest;
}

/** Copies every file that will change to a new folder, which gets its name when all is on the disk: a half-made one counts for nothing. */
export function makeBackup(home: string, about: Pick<Manifest, "what" | "locks" | "folders" | "rollbackOf">, writes: readonly Write[], now: () => number, onStep: OnStep): Backup {
  const backups = backupsOf(home);
  const time = timeAfter(backups, now());
  const id = `${new Date(time).toISOString().replace(/[:.]/g, "-")}-${about.what}`;
  const half = join(backups, `${id}.part`);
  try {
    mkdirSync(half, { mode: 0o700 });
    onStep("backup begun");
    const files = writes.map(({ path, before, after, ownership }, index) => {
      const copy = before && String(index);
      if (before && copy) writeNew(join(half, copy), before);
      onStep("file copied");
      return { path: resolve(path), ...ownership, before: hashOf(before), after: hashOf(after), ...(copy && { copy }) };
    });
    const manifest: Manifest = { version: 1, time, ...about, files };
    writeNew(join(half, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
    syncFolder(half);
    onStep("manifest written");
    renameSync(half, join(backups, id));
    syncFolder(backups);
    onStep("backup made");
    return { id, folder: join(backups, id), manifest };
  } catch (error) {
    rmSync(half, { recursive: true, force: true });
    throw error;
  }
}

/** The backups of changes, newest first. Database backups, half-made ones and what is damaged are not among them. */
export function readBackups(home: string): Backup[] {
  return namesIn(backupsOf(home))
    .filter((name) => timeName.test(name) && !name.endsWith(".part"))
    .sort()
    .reverse()
    .flatMap((id) => {
      const folder = join(backupsOf(home), id);
      const manifest = readManifest(join(folder, "manifest.json"));
      return manifest ? [{ id, folder, manifest }] : [];
    });
}

/** The copy of a file; throws `UserError("storage")` when it is not what was put there. */
export function readCopy({ folder }: Backup, file: Manifest["files"][number]): Buffer | undefined {
  if (file.copy === undefined) return undefined;
  const copy = join(folder, file.copy);
  const bytes = unless(["ENOENT"], () => readFileSync(copy));
  if (!bytes || hashOf(bytes) !== file.before) throw new UserError("storage", `The copy ${copy} is missing or damaged, so ${file.path} cannot be put back from it. Nothing was changed. Choose an older change.`);
  return bytes;
}

/** Notes something about a change that is over. */
export function updateManifest({ folder, manifest }: Backup, news: Partial<Manifest>): void {
  const path = join(folder, "manifest.json");
  writeNew(`${path}.part`, `${JSON.stringify({ ...manifest, ...news }, null, 2)}\n`);
  renameSync(`${path}.part`, path);
  syncFolder(folder);
}

/** Removes a backup as one step: a crash leaves no folder that looks whole. One that cannot be removed, as another user's, is only too much. */
export function discard({ folder }: Backup): void {
  unless(notRemovable, () => {
    renameSync(folder, `${folder}.part`);
    rmSync(`${folder}.part`, { recursive: true, force: true });
  });
}

/** Removes what a crash left unfinished. Only for the holder of the home's lock. */
export function removeHalfMade(home: string): void {
  for (const name of namesIn(backupsOf(home))) {
    if (timeName.test(name) && name.endsWith(".part")) unless(notRemovable, () => rmSync(join(backupsOf(home), name), { recursive: true, force: true }));
  }
}

/** Keeps the newest 20. */
export function prune(home: string): void {
  for (const old of readBackups(home).slice(keptChanges)) discard(old);
}

export function backupsOf(home: string): string {
  return join(home, "backups");
}

/** Now, or just after the newest that is there: the clock may have gone back. */
function timeAfter(backups: string, now: number): number {
  return namesIn(backups).reduce((latest, name) => {
    const [, day, hours, minutes, seconds, ms] = timeName.exec(name) ?? [];
    const time = Date.parse(`${day}${hours}:${minutes}:${seconds}.${ms}`);
    return Number.isNaN(time) ? latest : Math.max(latest, time + 1);
  }, now);
}

function readManifest(path: string): Manifest | undefined {
  try {
    return manifestSchema.safeParse(JSON.parse(readFileSync(path, "utf8"))).data;
  } catch (error) {
    if (error instanceof SyntaxError || ["ENOENT", "ENOTDIR", "EACCES", "EISDIR"].includes(errorCode(error))) return undefined;
    throw error;
  }
}

function namesIn(folder: string): string[] {
  return explained(folder, () => unless(["ENOENT", "ENOTDIR"], () => readdirSync(folder))) ?? [];
}
