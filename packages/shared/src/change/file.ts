import { createHash, randomBytes } from "node:crypto";
import {
  accessSync, closeSync, constants, fchmodSync, fchownSync, fsyncSync, openSync, readdirSync, readFileSync, readlinkSync, realpathSync, renameSync, rmSync, statSync, writeFileSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { errorCode, UserError } from "../errors.ts";
import { unless } from "./failure.ts";

/** Called after each thing done to the disk, with its name; the tests end the process there. */
export type OnStep = (step: string) => void;

/** Permissions (the low twelve bits of `st_mode`) and owner of a file. */
export interface Ownership {
  mode: number;
  uid?: number;
  gid?: number;
}

const forgottenMs = 60_000;
const keptNameChars = 60;

/** Where a path leads: links are followed, a dangling one too; what does not exist yet stands in its real folder. */
export function realFile(path: string): string {
  const at = resolve(path);
  const found = unless(["ENOENT"], () => realpathSync(at));
  if (found !== undefined) return found;
  const parent = dirname(at);
  if (parent === at) return at;
  const target = unless(["ENOENT", "EINVAL"], () => readlinkSync(at));
  return target === undefined ? join(realFile(parent), basename(at)) : realFile(resolve(realFile(parent), target));
}

/** The bytes of a file; `undefined` when there is none. What is no ordinary file is refused. */
export function readBytes(path: string): Buffer | undefined {
  const stat = unless(["ENOENT"], () => statSync(path));
  if (!stat) return undefined;
  if (!stat.isFile()) throw new UserError("storage", `${path} is not an ordinary file. Rename it, then run it again.`);
  return unless(["ENOENT"], () => readFileSync(path));
}

/** SHA-256 in hex; "" where there is no file. */
export function hashOf(bytes: Buffer | undefined): string {
  return bytes ? createHash("sha256").update(bytes).digest("hex") : "";
}

/** Permissions and owner of the file that is there; `undefined` when there is none. */
export function ownershipOf(path: string): Ownership | undefined {
  const stat = unless(["ENOENT"], () => statSync(path));
  return stat && { mode: stat.mode & 0o7777, uid: stat.uid, gid: stat.gid };
}

/** A file that its owner made read-only is not replaced, although its folder would let us. */
export function assertWritable(path: string): void {
  unless(["ENOENT"], () => accessSync(path, constants.W_OK));
}

/** Writes the new text beside the file, on the disk before this returns, and returns the temporary file's path. */
export function stage(path: string, bytes: Buffer, ownership: Ownership, onStep: OnStep): string {
  const temporary = join(dirname(path), `${temporaryPrefix(path)}${process.pid}-${randomBytes(4).toString("hex")}`);
  const file = openSync(temporary, "wx", 0o600);
  try {
    onStep("temporary file made");
    writeFileSync(file, bytes);
    onStep("temporary file written");
    keepOwner(file, ownership);
    fchmodSync(file, ownership.mode);
    fsyncSync(file);
    onStep("temporary file on the disk");
    return temporary;
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
}

/** Puts a staged file in the place of the old one, at once and for good. */
export function commit(temporary: string, path: string, onStep: OnStep): void {
  renameSync(temporary, path);
  onStep("file replaced");
  syncFolder(dirname(path));
  onStep("folder on the disk");
}

/** Removes a file for good. */
export function remove(path: string, onStep: OnStep): void {
  rmSync(path, { force: true });
  onStep("file removed");
  syncFolder(dirname(path));
  onStep("folder on the disk");
}

/** Writes a new file and waits until it is on the disk. */
export function writeNew(path: string, bytes: Buffer | string): void {
  const file = openSync(path, "w", 0o600);
  try {
    writeFileSync(file, bytes);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Makes names in a folder last; some file systems cannot, and a folder that may not be read cannot be opened for it. */
export function syncFolder(path: string): void {
  unless(["EINVAL", "EACCES"], () => {
    const folder = openSync(path, "r");
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  });
}

/** Removes the temporary files that a killed run left beside a file. */
export function removeLeftovers(path: string): void {
  const folder = dirname(path);
  const prefix = temporaryPrefix(path);
  for (const name of unless(["ENOENT", "ENOTDIR", "EACCES"], () => readdirSync(folder)) ?? []) {
    const [, writer] = name.startsWith(prefix) ? (/^(\d{1,10})-[0-9a-f]{8}$/.exec(name.slice(prefix.length)) ?? []) : [];
    if (writer !== undefined && isForgotten(join(folder, name), Number(writer))) unless(["EACCES", "EPERM", "EROFS"], () => rmSync(join(folder, name), { force: true }));
  }
}

function temporaryPrefix(path: string): string {
  return `.${basename(path).slice(0, keptNameChars)}.paios-`;
}

function isForgotten(path: string, writer: number): boolean {
  const stat = unless(["ENOENT"], () => statSync(path));
  return stat !== undefined && (!isAlive(writer) || Date.now() - stat.mtimeMs > forgottenMs);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return errorCode(error) === "EPERM";
  }
}

/** Only root may give a file away; for everybody else the owner is their own anyway. */
function keepOwner(file: number, { uid, gid }: Ownership): void {
  if (uid === undefined || gid === undefined) return;
  unless(["EPERM", "EINVAL"], () => fchownSync(file, uid, gid));
}
