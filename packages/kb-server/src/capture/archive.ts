import { promisify } from "node:util";
import { inflateRaw } from "node:zlib";
import { UserError } from "@paios/shared/errors";

export interface ArchiveEntry {
  name: string;
  method: number;
  packed: number;
  unpacked: number;
  /** Where its local header starts. */
  offset: number;
}

const most = { entries: 5_000, unpackedBytes: 128 * 1024 * 1024, ratio: 200, ratioFromBytes: 8 * 1024 * 1024 };
const endSignature = 0x06054b50;
const directorySignature = 0x02014b50;
const localSignature = 0x04034b50;
const longestComment = 65_535;
const inflate = promisify(inflateRaw);

/** The entries a ZIP file's central directory declares; undefined when it has no readable directory or too many entries. */
export function listArchive(bytes: Uint8Array): ArchiveEntry[] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view);
  if (end === undefined) return undefined;
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  if (count > most.entries) return undefined;
  const entries: ArchiveEntry[] = [];
  for (let number = 0; number < count; number++) {
    if (at + 46 > view.byteLength || view.getUint32(at, true) !== directorySignature) return undefined;
    const nameLength = view.getUint16(at + 28, true);
    entries.push({
      name: Buffer.from(bytes.subarray(at + 46, at + 46 + nameLength)).toString("utf8"),
      method: view.getUint16(at + 10, true),
      packed: view.getUint32(at + 20, true),
      unpacked: view.getUint32(at + 24, true),
      offset: view.getUint32(at + 42, true),
    });
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return entries;
}

/**
 * Refuses an archive that would unpack to too much, by what it declares and then by unpacking entry after entry into a
 * buffer of the declared size: one that lies about its sizes is refused too.
 */
export async function checkArchive(bytes: Uint8Array, signal: AbortSignal): Promise<void> {
  const entries = listArchive(bytes);
  if (!entries) throw damaged();
  const unpacked = entries.reduce((sum, entry) => sum + entry.unpacked, 0);
  if (unpacked > most.unpackedBytes || (unpacked > most.ratioFromBytes && unpacked > bytes.byteLength * most.ratio)) throw bomb();
  for (const entry of entries) {
    signal.throwIfAborted();
    const content = contentOf(bytes, entry);
    if (entry.method === 0) {
      if (entry.packed !== entry.unpacked) throw damaged();
    } else if (entry.method === 8) {
      await unpack(content, entry.unpacked);
    } else {
      throw damaged();
    }
  }
}

async function unpack(content: Uint8Array, declared: number): Promise<void> {
  let length: number;
  try {
    length = (await inflate(content, { maxOutputLength: Math.max(declared, 1) })).length;
  } catch (error) {
    throw error instanceof RangeError ? bomb() : damaged(error);
  }
  if (length !== declared) throw damaged();
}

function contentOf(bytes: Uint8Array, entry: ArchiveEntry): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { offset } = entry;
  if (offset + 30 > view.byteLength || view.getUint32(offset, true) !== localSignature) throw damaged();
  const start = offset + 30 + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
  if (start + entry.packed > view.byteLength) throw damaged();
  return bytes.subarray(start, start + entry.packed);
}

function findEnd(view: DataView): number | undefined {
  const last = view.byteLength - 22;
  for (let at = last; at >= Math.max(0, last - longestComment); at--) {
    if (view.getUint32(at, true) === endSignature) return at;
  }
  return undefined;
}

function damaged(cause?: unknown): UserError {
  return new UserError("bad_input", "The document is damaged: its archive cannot be unpacked. Save it again and capture that.", { cause });
}

function bomb(): UserError {
  return new UserError("too_large", "The document would unpack to far more than its size and was not opened. Save it again in smaller parts.");
}
