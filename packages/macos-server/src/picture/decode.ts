import { inflateSync } from "node:zlib";
import { failure } from "../failure.ts";
import { type Pixels, rgb } from "./pixels.ts";

/** Channels by PNG colour type: grey, RGB, palette, grey + alpha, RGBA. */
const channelsOf: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const maxPixels = 100_000_000;

/** The pixels of a PNG (8 or 16 bits, not interlaced) or a binary PPM. Throws `bad_picture` for anything else. */
export function decodePicture(bytes: Buffer): Pixels {
  try {
    if (bytes.subarray(0, 2).toString("latin1") === "P6") return decodePpm(bytes);
    if (bytes.readUInt32BE(0) === 0x89504e47) return decodePng(bytes);
  } catch (error) {
    throw unreadable({ cause: error });
  }
  throw unreadable();
}

function unreadable(options?: ErrorOptions) {
  return failure("bad_picture", "The picture is damaged or of a kind that is not read here. Give a PNG of 8 bits a channel.", options);
}

/** grim's own form: three numbers in ASCII, one white space, then RGB. */
function decodePpm(bytes: Buffer): Pixels {
  const [header, width, height, depth] = /^P6\s+(\d{1,6})\s+(\d{1,6})\s+(\d{1,5})\s/.exec(bytes.subarray(0, 64).toString("latin1")) ?? [];
  if (!header || depth !== "255") throw unreadable();
  const data = bytes.subarray(header.length);
  if (data.length < Number(width) * Number(height) * 3) throw unreadable();
  return rgb(Number(width), Number(height), data);
}

function decodePng(bytes: Buffer): Pixels {
  const [width, height, depth, colour, interlaced] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20), bytes[24] ?? 0, bytes[25] ?? -1, bytes[28]];
  const channels = channelsOf[colour];
  if (!channels || (depth !== 8 && depth !== 16) || interlaced !== 0 || width * height > maxPixels || width * height === 0) throw unreadable();
  const parts: Buffer[] = [];
  let palette: Buffer = Buffer.alloc(0);
  for (let at = 8; at + 8 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.subarray(at + 4, at + 8).toString("latin1");
    if (type === "IDAT") parts.push(bytes.subarray(at + 8, at + 8 + length));
    if (type === "PLTE") palette = bytes.subarray(at + 8, at + 8 + length);
    at += length + 12;
  }
  const step = (channels * depth) / 8;
  const stride = width * step;
  const lines = inflateSync(Buffer.concat(parts), { maxOutputLength: height * (stride + 1) });
  if (lines.length !== height * (stride + 1)) throw unreadable();
  const data = unfiltered(lines, { height, stride, step });
  if (colour === 3) return coloured(data, palette, width, height);
  // Of 16 bits the upper eight are enough.
  const wide = depth / 8;
  const grey = channels < 3;
  return { width, height, data, step, stride, red: 0, green: grey ? 0 : wide, blue: grey ? 0 : 2 * wide };
}

/** Undoes the filters in place, row by row, and closes the gaps of the filter bytes. */
function unfiltered(lines: Uint8Array, { height, stride, step }: { height: number; stride: number; step: number }): Uint8Array {
  const data = new Uint8Array(height * stride);
  for (let y = 0; y < height; y++) {
    const filter = lines[y * (stride + 1)]!;
    const from = y * (stride + 1) + 1;
    const to = y * stride;
    if (filter === 0) {
      data.set(lines.subarray(from, from + stride), to);
      continue;
    }
    for (let at = 0; at < stride; at++) {
      const left = at >= step ? data[to + at - step]! : 0;
      const above = y > 0 ? data[to + at - stride]! : 0;
      const corner = y > 0 && at >= step ? data[to + at - stride - step]! : 0;
      data[to + at] = lines[from + at]! + predicted(filter, left, above, corner);
    }
  }
  return data;
}

function predicted(filter: number, left: number, above: number, corner: number): number {
  if (filter === 1) return left;
  if (filter === 2) return above;
  if (filter === 3) return (left + above) >> 1;
  if (filter !== 4) throw unreadable();
  const guess = left + above - corner;
  const [toLeft, toAbove, toCorner] = [Math.abs(guess - left), Math.abs(guess - above), Math.abs(guess - corner)];
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}

function coloured(indices: Uint8Array, palette: Buffer, width: number, height: number): Pixels {
  const data = new Uint8Array(indices.length * 3);
  for (let at = 0; at < indices.length; at++) data.set(palette.subarray(indices[at]! * 3, indices[at]! * 3 + 3), at * 3);
  return rgb(width, height, data);
}
