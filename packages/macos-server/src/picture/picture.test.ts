import { deflateSync } from "node:zlib";
import { expect, it } from "vitest";
import { decodePicture } from "./decode.ts";
import { crop, intersection, type Pixels, rgb } from "./pixels.ts";
import { encodePng } from "./png.ts";
import { double, shrink } from "./resize.ts";

const at = ({ data, step, stride, red, green, blue }: Pixels, x: number, y: number) => {
  const from = y * stride + x * step;
  return [data[from + red], data[from + green], data[from + blue]];
};

function noise(width: number, height: number): Pixels {
  return rgb(width, height, Uint8Array.from({ length: width * height * 3 }, (_, n) => (n * 2654435761) >>> 24));
}

it("what is written as PNG is read back, from any order of channels", () => {
  const source = noise(37, 11);
  const bgrx = new Uint8Array(37 * 11 * 4);
  for (let n = 0; n < 37 * 11; n++) bgrx.set([source.data[n * 3 + 2] ?? 0, source.data[n * 3 + 1] ?? 0, source.data[n * 3] ?? 0, 0], n * 4);
  const png = encodePng({ width: 37, height: 11, data: bgrx, step: 4, stride: 37 * 4, red: 2, green: 1, blue: 0 });
  expect(decodePicture(png)).toEqual({ ...source, data: Uint8Array.from(source.data) });
});

it("reads PNG filters of every kind, grey, alpha, 16 bits and palettes, and PPM", () => {
  const png = (colour: number, depth: number, rows: number[][], palette?: number[]) => {
    const base = encodePng(noise(2, rows.length));
    const header = Buffer.from(base.subarray(8, 33));
    header.set([depth, colour], 16);
    const chunk = (type: string, data: Uint8Array) => Buffer.concat([Buffer.from(Uint32Array.of(data.length).buffer).swap32(), Buffer.from(type), data, Buffer.alloc(4)]);
    return decodePicture(Buffer.concat([base.subarray(0, 8), header, ...(palette ? [chunk("PLTE", Uint8Array.from(palette))] : []), chunk("IDAT", deflateSync(Uint8Array.from(rows.flat())))]));
  };
  const filters = png(0, 8, [[1, 10, 5], [2, 1, 1], [3, 10, 10], [4, 1, 1], [0, 9, 9]]);
  expect([0, 1, 2, 3, 4].map((y) => [at(filters, 0, y)[0], at(filters, 1, y)[2]])).toEqual([[10, 15], [11, 16], [15, 25], [16, 26], [9, 9]]);
  expect(at(png(6, 8, [[0, 1, 2, 3, 255, 4, 5, 6, 0]]), 1, 0)).toEqual([4, 5, 6]);
  expect(at(png(4, 8, [[0, 7, 255, 8, 255]]), 1, 0)).toEqual([8, 8, 8]);
  expect(at(png(2, 16, [[0, 1, 99, 2, 99, 3, 99, 4, 99, 5, 99, 6, 99]]), 1, 0)).toEqual([4, 5, 6]);
  expect(at(png(3, 8, [[0, 1, 0]], [9, 9, 9, 1, 2, 3]), 0, 0)).toEqual([1, 2, 3]);
  expect(at(decodePicture(Buffer.concat([Buffer.from("P6\n2 1\n255\n"), Uint8Array.of(1, 2, 3, 4, 5, 6)])), 1, 0)).toEqual([4, 5, 6]);
});

it("names what is no picture", () => {
  const png = encodePng(noise(4, 4));
  const huge = Buffer.from(png);
  huge.writeUInt32BE(0xffffffff, 16);
  const bad = [Buffer.alloc(0), Buffer.from("GIF89a but not really"), png.subarray(0, 40), huge, Buffer.from("P6\n9 9\n255\nshort"), Buffer.from("P6\n9 9\n65535\nshort")];
  for (const bytes of bad) expect(() => decodePicture(bytes)).toThrow(/^bad_picture: /);
});

it("shrinks by area, and one scale maps back within a pixel", () => {
  const source = rgb(4, 2, Uint8Array.from([0, 0, 0, 100, 100, 100, 200, 0, 0, 200, 0, 0, 0, 0, 0, 100, 100, 100, 0, 0, 200, 0, 0, 200]));
  const half = shrink(source, { width: 2, height: 1, scale: 0.5 });
  expect([at(half, 0, 0), at(half, 1, 0)]).toEqual([[50, 50, 50], [100, 0, 100]]);
  for (const [width, height, to] of [[1920, 1080, 1454], [5001, 1441, 1568], [3456, 2234, 1369]] as const) {
    const dot = { x: Math.floor(width * 0.93), y: Math.floor(height * 0.97) };
    const data = new Uint8Array(width * height * 3);
    for (let y = dot.y - 4; y < dot.y + 4; y++) data.fill(255, (y * width + dot.x - 4) * 3, (y * width + dot.x + 4) * 3);
    const scale = to / width;
    const small = shrink(rgb(width, height, data), { width: to, height: Math.round(height * scale), scale });
    const sum = { x: 0, y: 0, weight: 0 };
    for (let y = 0; y < small.height; y++) {
      for (let x = 0; x < small.width; x++) {
        const weight = at(small, x, y)[0] ?? 0;
        sum.x += (x + 0.5) * weight;
        sum.y += (y + 0.5) * weight;
        sum.weight += weight;
      }
    }
    expect(Math.abs(sum.x / sum.weight / scale - dot.x)).toBeLessThan(0.1);
    expect(Math.abs(sum.y / sum.weight / scale - dot.y)).toBeLessThan(0.1);
  }
});

it("a plain picture stays plain to its edges, whatever the size", () => {
  for (let width = 1; width < 400; width += 7) {
    for (const [height, to] of [[1, 1], [3, 5], [97, 40], [301, 200]] as const) {
      const scale = Math.min(1, to / Math.max(width, height));
      const size = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)), scale };
      const { data } = shrink(rgb(width, height, new Uint8Array(width * height * 3).fill(200)), size);
      if (data.length !== size.width * size.height * 3 || data.some((value) => value !== 200)) expect.fail(`${width}×${height} by ${scale}`);
    }
  }
});

it("doubles smoothly, crops without copying, and knows what two rectangles share", () => {
  const grey = double(rgb(2, 1, Uint8Array.from([0, 0, 0, 160, 160, 160])));
  expect([0, 1, 2, 3].map((x) => at(grey, x, 1)[1])).toEqual([0, 40, 120, 160]);
  const source = noise(10, 10);
  expect(at(crop(source, { x: 3, y: 4, width: 2, height: 2 }), 1, 1)).toEqual(at(source, 4, 5));
  expect(intersection({ x: 0, y: 0, width: 10, height: 10 }, { x: 8, y: -5, width: 10, height: 7 })).toEqual({ x: 8, y: 0, width: 2, height: 2 });
  expect(intersection({ x: 0, y: 0, width: 10, height: 10 }, { x: 10, y: 0, width: 1, height: 1 })).toBeUndefined();
});
