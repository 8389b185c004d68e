import { intersection, type Pixels, type Rectangle } from "./pixels.ts";

/** Channels may differ by so much and a surface is still of one colour. */
const sameColour = 3;
/** By so much two neighbours differ where something begins. */
const edgeStep = 16;
/** A window smaller than this says nothing about a capture. */
const smallest = 48;

/** The colour (`#rrggbb`) of a picture that has only one. */
export function oneColour({ width, height, data, step, stride, red, green, blue }: Pixels): string | undefined {
  const [r, g, b] = [data[red] ?? 0, data[green] ?? 0, data[blue] ?? 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0, from = y * stride; x < width; x++, from += step) {
      if (Math.abs(data[from + red]! - r) > sameColour || Math.abs(data[from + green]! - g) > sameColour || Math.abs(data[from + blue]! - b) > sameColour) return undefined;
    }
  }
  return `#${[r, g, b].map((channel) => channel.toString(16).padStart(2, "0")).join("")}`;
}

export type Seen = "seen" | "missing" | "unknown";

/**
 * Whether the windows that are known to be there are in the picture. The rectangles are in its pixels, the topmost first.
 * A window is seen by the edge where it begins, or by what is in it on a plain ground; it is missing when neither is
 * there. Where the ground is too busy to tell, or only a window's inside is in the picture, nothing is claimed.
 * "missing" needs that no window is seen: a capture shows all windows or none.
 */
export function windowsIn(pixels: Pixels, windows: readonly Rectangle[]): Seen {
  const found = new Set(windows.map((window, at) => windowIn(pixels, window, { above: windows.slice(0, at), others: windows.filter((_, other) => other !== at) })));
  if (found.has("seen")) return "seen";
  return found.has("missing") ? "missing" : "unknown";
}

interface Neighbours {
  above: readonly Rectangle[];
  others: readonly Rectangle[];
}

function windowIn(pixels: Pixels, window: Rectangle, { above, others }: Neighbours): Seen {
  const inside = intersection(window, { x: 0, y: 0, width: pixels.width, height: pixels.height });
  if (!inside || inside.width < smallest || inside.height < smallest) return "unknown";
  let compared = 0;
  for (const side of sidesOf(window)) {
    const edge = shareOfSteps(pixels, side, 0, others);
    if (edge === undefined) continue;
    // The same ground a little further out: a photograph has steps everywhere.
    const ground = Math.max(shareOfSteps(pixels, side, -9, others) ?? 0, shareOfSteps(pixels, side, -17, others) ?? 0);
    if (edge > ground + 0.3) return "seen";
    if (ground < 0.5) compared++;
  }
  if (compared === 0) return "unknown";
  const ring = { x: window.x - 24, y: window.y - 24, width: window.width + 48, height: window.height + 48 };
  const around = texture(pixels, ring, [window, ...others]);
  return texture(pixels, inside, above) > 3 * around + 0.002 ? "seen" : "missing";
}

interface Side {
  x: number;
  y: number;
  /** Along the edge, and into the window. */
  along: [number, number];
  inward: [number, number];
  length: number;
}

function sidesOf({ x, y, width, height }: Rectangle): Side[] {
  return [
    { x, y, along: [1, 0], inward: [0, 1], length: width },
    { x, y: y + height - 1, along: [1, 0], inward: [0, -1], length: width },
    { x, y, along: [0, 1], inward: [1, 0], length: height },
    { x: x + width - 1, y, along: [0, 1], inward: [-1, 0], length: height },
  ];
}

/** The share of places along an edge, moved inward by `shift`, where the picture changes within four pixels. Only where it meets the ground: beside another window an edge proves nothing. */
function shareOfSteps(pixels: Pixels, { x, y, along, inward, length }: Side, shift: number, others: readonly Rectangle[]): number | undefined {
  let places = 0;
  let steps = 0;
  for (let at = 12; at < length - 12; at += 3) {
    const place = (depth: number) => ({ x: Math.round(x + along[0] * at + inward[0] * (shift + depth)), y: Math.round(y + along[1] * at + inward[1] * (shift + depth)) });
    const outer = place(-1);
    const inner = [0, 1, 2, 3].map(place);
    if (![outer, ...inner].every((each) => isIn(pixels, each)) || others.some((window) => [outer, ...inner].some((each) => holds(window, each)))) continue;
    places++;
    if (inner.some((each) => difference(pixels, outer, each) > edgeStep)) steps++;
  }
  return places < 8 ? undefined : steps / places;
}

/** The share of places that differ from the one two pixels on. */
function texture(pixels: Pixels, area: Rectangle, without: readonly Rectangle[]): number {
  let places = 0;
  let steps = 0;
  for (let y = area.y; y < area.y + area.height; y += 3) {
    for (let x = area.x; x < area.x + area.width - 2; x += 2) {
      const [here, next] = [{ x, y }, { x: x + 2, y }];
      if (!isIn(pixels, here) || !isIn(pixels, next) || without.some((window) => holds(window, here) || holds(window, next))) continue;
      places++;
      if (difference(pixels, here, next) > edgeStep) steps++;
    }
  }
  return places === 0 ? 0 : steps / places;
}

interface Place {
  x: number;
  y: number;
}

function isIn({ width, height }: Pixels, { x, y }: Place): boolean {
  return x >= 0 && y >= 0 && x < width && y < height;
}

function holds(window: Rectangle, { x, y }: Place): boolean {
  return x >= window.x && y >= window.y && x < window.x + window.width && y < window.y + window.height;
}

function difference({ data, step, stride, red, green, blue }: Pixels, one: Place, other: Place): number {
  const from = one.y * stride + one.x * step;
  const to = other.y * stride + other.x * step;
  return Math.max(...[red, green, blue].map((channel) => Math.abs((data[from + channel] ?? 0) - (data[to + channel] ?? 0))));
}
