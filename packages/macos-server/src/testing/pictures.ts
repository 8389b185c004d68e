import { encodePng } from "../picture/png.ts";
import { type Pixels, type Rectangle, rgb } from "../picture/pixels.ts";

/** A picture with a colour for each place. */
export function paint(width: number, height: number, colour: (x: number, y: number) => readonly [number, number, number]): Pixels {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.set(colour(x, y), (y * width + x) * 3);
  }
  return rgb(width, height, data);
}

/** A smooth wallpaper, as most are. */
export function wallpaper(width: number, height: number, windows: readonly Rectangle[] = []): Pixels {
  return paint(width, height, (x, y) => {
    const inside = windows.find((window) => x >= window.x && y >= window.y && x < window.x + window.width && y < window.y + window.height);
    return inside ? [235, 235, 240] : [30 + Math.floor((x / width) * 80), 60 + Math.floor((y / height) * 90), 120];
  });
}

export function png(pixels: Pixels): Buffer {
  return encodePng(pixels);
}
