import { constants } from "node:fs";
import { open, realpath, stat, type FileHandle } from "node:fs/promises";
import { isAbsolute, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { errorCode, UserError } from "@paios/shared/errors";

export interface FileRead {
  /** With every symbolic link resolved. */
  path: string;
  bytes: Buffer;
}

interface ReadOptions {
  folders: readonly string[];
  maxBytes: number;
  signal: AbortSignal;
}

/**
 * Reads a regular file that lies, links resolved, below one of `folders`. `target` is an absolute path or a `file:`
 * URL. Throws `UserError` for what is outside, too large, not a file or not there.
 */
export async function readAllowedFile(target: string, options: ReadOptions): Promise<FileRead> {
  const asked = pathOf(target);
  if (options.folders.length === 0) throw new UserError("refused", "Files are not captured until kb.capture.folders in paios.json names the folders they may come from. Add the file's folder there.");
  const roots = (await Promise.all(options.folders.map((folder) => realpath(folder).catch(() => undefined)))).filter((root) => root !== undefined);
  const path = await realpath(asked).catch((error: unknown) => {
    // What exists outside the folders is nobody's business.
    throw [...roots, ...options.folders].some((root) => isBelow(asked, root)) ? notReadable(error) : outside();
  });
  if (!roots.some((root) => isBelow(path, root))) throw outside();
  return { path, bytes: await readRegular(path, options) };
}

async function readRegular(path: string, options: ReadOptions): Promise<Buffer> {
  // Without O_NONBLOCK a fifo would wait for its writer; O_NOFOLLOW because the path is resolved already.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW).catch((error: unknown) => {
    throw notReadable(error);
  });
  try {
    const [opened, named, again] = await Promise.all([file.stat(), stat(path), realpath(path)]);
    if (!opened.isFile()) throw new UserError("refused", "This is not a regular file. Give the path of a document.");
    if (opened.ino !== named.ino || opened.dev !== named.dev || again !== path) throw new UserError("refused", "The file was replaced while it was opened. Try again.");
    if (opened.size > options.maxBytes) throw tooLarge(options);
    return await readAll(file, opened.size, options);
  } catch (error) {
    throw error instanceof UserError || options.signal.aborted ? error : notReadable(error);
  } finally {
    await file.close();
  }
}

/** Reads what is there now, which may be more or less than what the size said. */
async function readAll(file: FileHandle, size: number, options: ReadOptions): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(Math.min(size, options.maxBytes) + 1);
  let length = 0;
  while (length < buffer.length) {
    options.signal.throwIfAborted();
    const { bytesRead } = await file.read(buffer, length, buffer.length - length, length);
    if (bytesRead === 0) return buffer.subarray(0, length);
    length += bytesRead;
  }
  throw new UserError("unavailable", "The file grew while it was read. Try again when it is complete.");
}

function pathOf(target: string): string {
  let path = target;
  if (target.startsWith("file:")) {
    const url = URL.parse(target);
    if (!url || (url.host !== "" && url.host !== "localhost")) throw new UserError("bad_input", "This file: address is not understood. Give the absolute path.");
    try {
      path = fileURLToPath(new URL(url.pathname, "file:///"));
    } catch (error) {
      throw new UserError("bad_input", "This file: address is not understood. Give the absolute path.", { cause: error });
    }
  }
  if (!isAbsolute(path) || path.includes("\0")) throw new UserError("bad_input", "Give an absolute path, a file: address or a web address.");
  return resolve(path);
}

function isBelow(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

function outside(): UserError {
  return new UserError("refused", "The file is outside the folders that kb.capture.folders in paios.json names. Add its folder there, or move the file.");
}

function tooLarge(options: ReadOptions): UserError {
  return new UserError("too_large", `The file is larger than ${options.maxBytes} bytes. Raise kb.capture.maxBytes in paios.json, or capture a part of it.`);
}

function notReadable(error: unknown): UserError {
  const code = errorCode(error);
  if (code === "ENOENT" || code === "ENOTDIR") return new UserError("not_found", "There is no such file. Check the path.", { cause: error });
  if (code === "ELOOP") return new UserError("refused", "The path is a chain of links without end.", { cause: error });
  return new UserError("unavailable", `The file cannot be read${/^E[A-Z]{1,20}$/.test(code) ? ` (${code})` : ""}. Check its permissions.`, { cause: error });
}
