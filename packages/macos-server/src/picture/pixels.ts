/** A rectangle of whole numbers; in the desktop's coordinates unless said otherwise. */
export interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Raw pixels, 8 bits a channel. What a pixel's bytes mean is said by the offsets of its channels. */
export interface Pixels {
  width: number;
  height: number;
  data: Uint8Array;
  /** Bytes from a pixel to the next one, and from a row to the next one. */
  step: number;
  stride: number;
  red: number;
  green: number;
  blue: number;
}

/** A part of a picture, sharing its bytes. The rectangle lies inside. */
export function crop(pixels: Pixels, { x, y, width, height }: Rectangle): Pixels {
  return { ...pixels, width, height, data: pixels.data.subarray(y * pixels.stride + x * pixels.step) };
}

/** What two rectangles share; undefined when that is nothing. */
export function intersection(one: Rectangle, other: Rectangle): Rectangle | undefined {
  const x = Math.max(one.x, other.x);
  const y = Math.max(one.y, other.y);
  const width = Math.min(one.x + one.width, other.x + other.width) - x;
  const height = Math.min(one.y + one.height, other.y + other.height) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : undefined;
}

/** The smallest rectangle that holds them all. */
export function around(rectangles: readonly Rectangle[]): Rectangle {
  const x = Math.min(...rectangles.map((each) => each.x));
  const y = Math.min(...rectangles.map((each) => each.y));
  return { x, y, width: Math.max(...rectangles.map((each) => each.x + each.width)) - x, height: Math.max(...rectangles.map((each) => each.y + each.height)) - y };
}

/**
 * Gives the memory of a large picture back at once, and makes it unusable. The collector does not see how large such
 * a picture is: dozens of megabytes would wait for it.
 */
export function release({ buffer }: Uint8Array): void {
  // Small ones share their memory with others.
  if (buffer instanceof ArrayBuffer && buffer.byteLength > 500_000) buffer.transfer(0);
}

/** Packed RGB, a pixel after the other. */
export function rgb(width: number, height: number, data: Uint8Array): Pixels {
  return { width, height, data, step: 3, stride: width * 3, red: 0, green: 1, blue: 2 };
}
