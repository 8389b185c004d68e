import { expect, it } from "vitest";
import { paint, wallpaper } from "../testing/pictures.ts";
import { oneColour, windowsIn } from "./blank.ts";

const window = { x: 200, y: 150, width: 500, height: 300 };
const dark = [18, 18, 20] as const;

it("knows a picture of one colour, and one point is enough to be none", () => {
  expect(oneColour(paint(300, 200, () => [0, 0, 0]))).toBe("#000000");
  expect(oneColour(paint(300, 200, (x) => (x % 2 === 0 ? [51, 102, 153] : [53, 101, 152])))).toBe("#336699");
  expect(oneColour(paint(300, 200, (x, y) => (x === 299 && y === 199 ? [9, 0, 0] : [0, 0, 0])))).toBeUndefined();
});

it("sees windows on a smooth wallpaper, and sees that they are not there", () => {
  expect(windowsIn(wallpaper(1000, 700, [window]), [window])).toBe("seen");
  expect(windowsIn(wallpaper(1000, 700), [window])).toBe("missing");
  expect(windowsIn(wallpaper(1000, 700), [])).toBe("unknown");
  // One that is seen is enough: another may be of its ground's colour.
  expect(windowsIn(wallpaper(1000, 700, [window]), [{ x: 750, y: 500, width: 120, height: 90 }, window])).toBe("seen");
});

it("sees a dark window without an edge by what is written in it", () => {
  const text = paint(1000, 700, (x, y) => (x > 220 && x < 600 && y > 170 && y < 300 && y % 18 < 9 && (x * 7 + y * 3) % 11 < 4 ? [200, 200, 200] : dark));
  expect(windowsIn(text, [window])).toBe("seen");
  expect(windowsIn(paint(1000, 700, (x) => (x === 5 ? [255, 0, 0] : dark)), [window])).toBe("missing");
});

it("claims nothing where the ground is too busy, or only the inside of a window is in the picture", () => {
  const busy = paint(1000, 700, (x, y) => [(x * 7919 + y * 104_729) % 251, (x * 31 + y * 17) % 241, (x ^ y) & 255]);
  expect(windowsIn(busy, [window])).not.toBe("missing");
  expect(windowsIn(wallpaper(1000, 700), [{ x: -50, y: -50, width: 1100, height: 800 }])).toBe("unknown");
  expect(windowsIn(wallpaper(1000, 700), [{ x: 100, y: 100, width: 20, height: 20 }])).toBe("unknown");
  expect(windowsIn(wallpaper(1000, 700), [{ x: 2000, y: 100, width: 200, height: 200 }])).toBe("unknown");
});

it("does not take the edge of a window above for that of the one below", () => {
  const above = { x: 180, y: 130, width: 540, height: 340 };
  expect(windowsIn(wallpaper(1000, 700, [above]), [above, window])).toBe("seen");
  expect(windowsIn(wallpaper(1000, 700), [above, window])).toBe("missing");
});

it("claims nothing of windows that leave no ground between them", () => {
  const terminals = [0, 1].map((at) => ({ x: at * 500, y: 0, width: 500, height: 700 }));
  expect(windowsIn(paint(1000, 700, (x, y) => (y % 18 < 9 && (x * 7 + y * 3) % 11 < 4 ? [200, 200, 200] : dark)), terminals)).toBe("unknown");
});
