import { type Pixels, rgb } from "./pixels.ts";

/** How the places of the source fall into those of the result, which are larger: a place lies in one, or over an edge. */
interface Places {
  /** How much of the place falls into the running place of the result, and how much into the next one. */
  here: Float64Array;
  next: Float64Array;
  /** 1 where a place of the result is complete. */
  ends: Uint8Array;
}

/**
 * Shrinks by the average over the area each new pixel covers. `scale` is the same both ways, so that one number maps
 * coordinates back exactly: source = result / scale. The last row and column may cover half a pixel less or more.
 */
export function shrink(source: Pixels, { width, height, scale }: { width: number; height: number; scale: number }): Pixels {
  const columns = placesOf(source.width, width, scale);
  const rows = placesOf(source.height, height, scale);
  const result = new Uint8Array(width * height * 3);
  const line = new Float64Array(width * 3);
  const sum = new Float64Array(width * 3).fill(0.5);
  let to = 0;
  for (let y = 0; y < source.height && to < height; y++) {
    shrinkLine(source, y, columns, line);
    const here = rows.here[y]!;
    for (let at = 0; at < sum.length; at++) sum[at]! += here * line[at]!;
    if (rows.ends[y] === 0) continue;
    result.set(sum, to++ * width * 3);
    const next = rows.next[y]!;
    for (let at = 0; at < sum.length; at++) sum[at] = 0.5 + next * line[at]!;
  }
  if (to < height) result.set(sum, to * width * 3);
  return rgb(width, height, result);
}

/** Non-null assertions: the indices are in range by construction, and this is the inner loop. */
function shrinkLine({ data, width, stride, step, red, green, blue }: Pixels, y: number, { here, next, ends }: Places, line: Float64Array): void {
  let r = 0;
  let g = 0;
  let b = 0;
  let to = 0;
  for (let x = 0, from = y * stride; x < width && to < line.length; x++, from += step) {
    const ofRed = data[from + red]!;
    const ofGreen = data[from + green]!;
    const ofBlue = data[from + blue]!;
    const share = here[x]!;
    r += share * ofRed;
    g += share * ofGreen;
    b += share * ofBlue;
    if (ends[x] === 0) continue;
    line[to] = r;
    line[to + 1] = g;
    line[to + 2] = b;
    to += 3;
    const rest = next[x]!;
    r = rest * ofRed;
    g = rest * ofGreen;
    b = rest * ofBlue;
  }
  if (to < line.length) line.set([r, g, b], to);
}

function placesOf(length: number, wanted: number, scale: number): Places {
  const places: Places = { here: new Float64Array(length), next: new Float64Array(length), ends: new Uint8Array(length) };
  let done = 0;
  for (let place = 0; place < length && done < wanted; place++) {
    const end = (place + 1) * scale;
    places.here[place] = Math.min(end, done + 1) - Math.max(place * scale, done);
    // A hair below the edge is the edge.
    if (end < done + 1 - 1e-9) continue;
    places.ends[place] = 1;
    places.next[place] = Math.max(0, end - ++done);
  }
  if (done < wanted) fillLast(places, length * scale - done);
  return places;
}

/** The last place of the result reaches beyond the source: it is the average of what there is. */
function fillLast({ here, next, ends }: Places, filled: number): void {
  const before = ends.lastIndexOf(1);
  if (before >= 0) next[before]! /= filled;
  for (let place = before + 1; place < here.length; place++) here[place]! /= filled;
}

/** Twice as large, by the mean of neighbours: small print is read better so. */
export function double(source: Pixels): Pixels {
  const width = source.width * 2;
  const height = source.height * 2;
  const result = new Uint8Array(width * height * 3);
  const { data, stride, step } = source;
  const channels = [source.red, source.green, source.blue];
  for (let y = 0; y < height; y++) {
    const [above, below] = neighbours(y, source.height);
    for (let x = 0; x < width; x++) {
      const [left, right] = neighbours(x, source.width);
      for (let channel = 0; channel < 3; channel++) {
        const offset = channels[channel]!;
        const near = 3 * data[above * stride + left * step + offset]! + data[above * stride + right * step + offset]!;
        const far = 3 * data[below * stride + left * step + offset]! + data[below * stride + right * step + offset]!;
        result[(y * width + x) * 3 + channel] = (3 * near + far + 8) >> 4;
      }
    }
  }
  return rgb(width, height, result);
}

/** The nearer and the farther source place of a place twice as fine. */
function neighbours(place: number, length: number): [number, number] {
  const near = place >> 1;
  return [near, Math.min(length - 1, Math.max(0, place % 2 === 0 ? near - 1 : near + 1))];
}
