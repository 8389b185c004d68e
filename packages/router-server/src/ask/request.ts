import { accessSync, constants, openSync, readSync, closeSync, statSync } from "node:fs";
import { basename, isAbsolute, resolve } from "node:path";
import type { Attachment } from "@paios/brains";
import { errorCode, UserError } from "@paios/shared/errors";

/** Throws `UserError("bad_input")` for a task that no brain could be given. */
export function checkTask(task: string): void {
  if (task.trim() === "") throw new UserError("bad_input", "The task is empty. Say what is to be done.");
  if (task.includes("\0")) throw new UserError("bad_input", "The task holds a NUL character. Remove it, or hand the file over as an attachment.");
  if (!task.isWellFormed()) throw new UserError("bad_input", "The task holds half of a character (a lone surrogate). Send it as whole text.");
}

/** An absolute path of a folder that can be entered. */
export function checkFolder(cwd: string): string {
  if (!isAbsolute(cwd)) throw new UserError("bad_input", `cwd must be an absolute path; "${basename(cwd)}" is not.`);
  const path = resolve(cwd);
  try {
    if (!statSync(path).isDirectory()) throw new UserError("bad_input", `${path} is no folder.`);
    accessSync(path, constants.R_OK | constants.X_OK);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError("bad_input", errorCode(error) === "ENOENT" ? `There is no folder ${path}.` : `The folder ${path} cannot be read. Check its permissions.`, { cause: error });
  }
  return path;
}

/** A file that is there and can be read, with its kind: before a run begins, not in the middle of it. */
export function checkAttachment({ path, name, mimeType }: { path?: string | undefined; name?: string | undefined; mimeType?: string | undefined }): Attachment {
  if (path === undefined) throw new UserError("bad_input", `The attachment ${name ?? ""} has no path. Give the absolute path of a file.`);
  if (!isAbsolute(path)) throw new UserError("bad_input", `An attachment's path must be absolute; "${basename(path)}" is not.`);
  try {
    const stat = statSync(path);
    if (!stat.isFile()) throw new UserError("bad_input", `${path} is no file.`);
    accessSync(path, constants.R_OK);
    return { path, name: name ?? basename(path), mimeType: mimeType ?? typeOf(path), bytes: stat.size };
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError("bad_input", errorCode(error) === "ENOENT" ? `There is no file ${path}.` : `The file ${path} cannot be read. Check its permissions.`, { cause: error });
  }
}

const types: Record<string, string> = { png: "image/png", jpg: "image/jpeg", jpeg: "image/jpeg", gif: "image/gif", webp: "image/webp", heic: "image/heic", bmp: "image/bmp", pdf: "application/pdf", mp3: "audio/mpeg", wav: "audio/wav", m4a: "audio/mp4", mp4: "video/mp4", zip: "application/zip" };
const lookedAt = 8_192;

/** By its ending; else text, unless its start has a NUL. */
function typeOf(path: string): string {
  const known = types[path.slice(path.lastIndexOf(".") + 1).toLowerCase()];
  if (known !== undefined) return known;
  const start = Buffer.alloc(lookedAt);
  const file = openSync(path, "r");
  try {
    const length = readSync(file, start, 0, lookedAt, 0);
    return start.subarray(0, length).includes(0) ? "application/octet-stream" : "text/plain";
  } finally {
    closeSync(file);
  }
}
