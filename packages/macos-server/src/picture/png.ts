import { crc32, deflateSync } from "node:zlib";
import { type Pixels, release } from "./pixels.ts";

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const upFilter = 2;

/** A PNG of 8-bit RGB. Source: PNG specification, third edition. Fast before small: screens compress well anyway. */
export function encodePng(pixels: Pixels, level = 2): Buffer {
  const { width, height } = pixels;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  const lines = filtered(pixels);
  const data = deflateSync(lines, { level });
  release(lines);
  return Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", data), chunk("IEND", Buffer.alloc(0))]);
}

/** Each row as the difference to the one above, which is mostly zeros on a screen. */
function filtered({ width, height, data, step, stride, red, green, blue }: Pixels): Uint8Array {
  const result = new Uint8Array(height * (width * 3 + 1));
  let to = 0;
  for (let y = 0; y < height; y++) {
    result[to++] = y === 0 ? 0 : upFilter;
    let from = y * stride;
    const up = y === 0 ? 0 : stride;
    for (let x = 0; x < width; x++, from += step, to += 3) {
      if (up === 0) {
        result[to] = data[from + red]!;
        result[to + 1] = data[from + green]!;
        result[to + 2] = data[from + blue]!;
      } else {
        result[to] = data[from + red]! - data[from - up + red]!;
        result[to + 1] = data[from + green]! - data[from - up + green]!;
        result[to + 2] = data[from + blue]! - data[from - up + blue]!;
      }
    }
  }
  return result;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
