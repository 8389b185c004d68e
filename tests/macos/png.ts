import { inflateSync } from "node:zlib";

export interface Picture {
  width: number;
  height: number;
  /** Packed RGB. */
  data: Buffer;
}

/** Reads an 8-bit RGB PNG with filters 0 and 2: a second opinion on what the server writes. */
export function readPng(bytes: Buffer): Picture {
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  if (bytes.subarray(24, 29).toString("hex") !== "0802000000") throw new Error("Not a plain 8-bit RGB PNG");
  const parts: Buffer[] = [];
  for (let at = 8; at < bytes.length; at += bytes.readUInt32BE(at) + 12) {
    if (bytes.toString("latin1", at + 4, at + 8) === "IDAT") parts.push(bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at)));
  }
  const lines = inflateSync(Buffer.concat(parts));
  const data = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y++) {
    const filter = lines[y * (width * 3 + 1)];
    if (filter !== 0 && filter !== 2) throw new Error(`Filter ${filter}`);
    for (let at = 0; at < width * 3; at++) {
      const above = filter === 2 ? (data[(y - 1) * width * 3 + at] ?? 0) : 0;
      data[y * width * 3 + at] = (lines[y * (width * 3 + 1) + 1 + at] ?? 0) + above;
    }
  }
  return { width, height, data };
}
