import type { Features } from "../classify/features.ts";

const pairBytes = 6;

/** Features as they are stored with a decision: two bytes of a bucket and four of a value each, little-endian. */
export function packFeatures({ indices, values }: Pick<Features, "indices" | "values">): Buffer {
  const bytes = Buffer.alloc(indices.length * pairBytes);
  for (let at = 0; at < indices.length; at++) {
    bytes.writeUInt16LE(indices[at] ?? 0, at * pairBytes);
    bytes.writeFloatLE(values[at] ?? 0, at * pairBytes + 2);
  }
  return bytes;
}

export function unpackFeatures(bytes: Buffer): Features {
  const length = Math.floor(bytes.length / pairBytes);
  const indices = new Uint16Array(length);
  const values = new Float32Array(length);
  for (let at = 0; at < length; at++) {
    indices[at] = bytes.readUInt16LE(at * pairBytes);
    values[at] = bytes.readFloatLE(at * pairBytes + 2);
  }
  return { indices, values, words: 0 };
}
