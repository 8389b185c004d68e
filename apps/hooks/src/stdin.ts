import { read } from "node:fs";

/** More than this is no event of a session that anybody could use; it is read to its end, so that the CLI can write it, and dropped. */
const maxBytes = 16 * 1024 * 1024;
const partBytes = 64 * 1024;

/**
 * Everything on standard input; "" for what is too long. Neither a stream, which takes longer to load than most events to
 * handle, nor a read that waits where no time limit reaches it.
 */
export function readStdin(descriptor = 0): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  return new Promise((resolve, reject) => {
    const next = () =>
      read(descriptor, Buffer.allocUnsafe(partBytes), 0, partBytes, null, (error, count, part) => {
        if (error && error.code !== "EOF") return error.code === "EAGAIN" ? void setTimeout(next, 2) : reject(error);
        if (error || count === 0) return resolve(bytes > maxBytes ? "" : Buffer.concat(parts).toString("utf8"));
        bytes += count;
        if (bytes <= maxBytes) parts.push(part.subarray(0, count));
        else parts.length = 0;
        next();
      });
    next();
  });
}
