import { type Pixels, type Rectangle, rgb } from "./pixels.ts";
import { shrink } from "./resize.ts";

export interface Part {
  pixels: Pixels;
  area: Rectangle;
  density: number;
}

/** One picture of several displays, as coarse as the coarsest of them; black where no display is. */
export function compose(parts: readonly Part[], area: Rectangle): Part {
  const density = Math.min(...parts.map((part) => part.density));
  const canvas = rgb(Math.round(area.width * density), Math.round(area.height * density), new Uint8Array(Math.round(area.width * density) * Math.round(area.height * density) * 3));
  for (const part of parts) {
    const scale = density / part.density;
    const size = { width: Math.round(part.pixels.width * scale), height: Math.round(part.pixels.height * scale), scale };
    const { data, width, height, stride } = shrink(part.pixels, size);
    const left = Math.round((part.area.x - area.x) * density);
    const top = Math.round((part.area.y - area.y) * density);
    for (let y = 0; y < Math.min(height, canvas.height - top); y++) {
      canvas.data.set(data.subarray(y * stride, y * stride + 3 * Math.min(width, canvas.width - left)), (top + y) * canvas.stride + left * 3);
    }
  }
  return { pixels: canvas, area, density };
}
