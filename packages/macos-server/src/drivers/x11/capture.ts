import { failure } from "../../failure.ts";
import { type Pixels, type Rectangle, rgb } from "../../picture/pixels.ts";
import type { Connection } from "./connection.ts";

const zPixmap = 2;
const allPlanes = 0xffffffff;

/** The pixels of a part of the root window: what is on the screen, windows and all. The area lies on the screen. */
export async function captureArea({ ask, screen, display }: Connection, { x, y, width, height }: Rectangle): Promise<Pixels> {
  let image: { depth: number; data: Buffer };
  try {
    image = await ask((client, reply) => client.GetImage(zPixmap, screen.root, x, y, width, height, allPlanes, reply));
  } catch (error) {
    // The screen became smaller meanwhile, or has no picture of its own (WSLg, some XWayland).
    if (error instanceof Error && error.message.startsWith("Bad ")) throw failure("capture_failed", "The X server gave no picture of this area. Ask macos_displays what there is now; under Wayland, set WAYLAND_DISPLAY too.", { cause: error });
    throw error;
  }
  const format = display.format[image.depth];
  const masks = screen.depths[screen.root_depth]?.[screen.root_visual];
  if (!format || !masks) throw unknownFormat();
  const bytes = format.bits_per_pixel / 8;
  const padding = format.scanline_pad / 8;
  const stride = Math.ceil((width * bytes) / padding) * padding;
  const layout = { width, height, data: image.data, stride, swapped: display.image_byte_order === 1 };
  if (bytes === 4 || bytes === 3) return direct(layout, bytes, masks);
  if (bytes === 2) return expanded(layout, masks);
  throw unknownFormat();
}

interface Layout {
  width: number;
  height: number;
  data: Buffer;
  stride: number;
  swapped: boolean;
}

interface Masks {
  red_mask: number;
  green_mask: number;
  blue_mask: number;
}

function direct({ width, height, data, stride, swapped }: Layout, step: number, { red_mask, green_mask, blue_mask }: Masks): Pixels {
  const [red, green, blue] = [red_mask, green_mask, blue_mask].map((mask) => {
    const place = Math.floor(Math.log2(mask >>> 0) / 8);
    return swapped ? step - 1 - place : place;
  }) as [number, number, number];
  return { width, height, data, step, stride, red, green, blue };
}

/** 15 and 16 bits a pixel, as old and virtual screens have them. */
function expanded({ width, height, data, stride, swapped }: Layout, { red_mask, green_mask, blue_mask }: Masks): Pixels {
  const result = new Uint8Array(width * height * 3);
  const channels = [red_mask, green_mask, blue_mask].map((mask) => ({ mask, shift: Math.log2(mask & -mask), most: mask >>> Math.log2(mask & -mask) }));
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const value = swapped ? data.readUInt16BE(y * stride + x * 2) : data.readUInt16LE(y * stride + x * 2);
      for (const { mask, shift, most } of channels) result[to++] = Math.round((((value & mask) >>> shift) * 255) / most);
    }
  }
  return rgb(width, height, result);
}

function unknownFormat() {
  return failure("capture_failed", "The X server's pixels are of a form that is not read here. Use a screen of 16, 24 or 32 bits.");
}
