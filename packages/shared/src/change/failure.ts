import { errorCode, UserError } from "../errors.ts";

/** Runs file work; turns the file system's failures into a `UserError("storage")` that names the file and the next step. */
export function explained<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const reason = reasons.get(errorCode(error));
    throw reason && !(error instanceof UserError) ? new UserError("storage", reason(path), { cause: error }) : error;
  }
}

/** What `work` returns, or `undefined` when it fails with one of these codes. */
export function unless<T>(codes: readonly string[], work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (codes.includes(errorCode(error))) return undefined;
    throw error;
  }
}

const full = (path: string) => `The disk that holds ${path} is full. Free some space and run it again.`;
const noPermission = (path: string) => `${path} cannot be read or written: no permission for it or for its folder. Check the permissions, then run it again.`;

const reasons = new Map<string, (path: string) => string>([
  ["ENOSPC", full],
  ["EDQUOT", full],
  ["EACCES", noPermission],
  ["EPERM", noPermission],
  ["EROFS", (path) => `${path} lies on a disk that is mounted read-only. Make it writable, or move the file, then run it again.`],
  ["EISDIR", (path) => `${path} is a folder, not a file. Rename it, then run it again.`],
  ["ENOTDIR", (path) => `A part of ${path} is a file, not a folder. Rename it, then run it again.`],
  ["EEXIST", (path) => `A part of ${path} is a file, not a folder. Rename it, then run it again.`],
  ["ELOOP", (path) => `${path} is a link that leads to itself. Remove the link, then run it again.`],
  ["EIO", (path) => `The disk failed while ${path} was read or written (I/O error). Check the disk, then run it again.`],
]);
