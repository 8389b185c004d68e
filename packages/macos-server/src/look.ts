import { setTimeout as wait } from "node:timers/promises";
import type { Desktop } from "./desktop.ts";
import { findArea, type Request, type Wanted } from "./area.ts";
import type { Capture, Driver } from "./drivers/driver.ts";
import { failure } from "./failure.ts";
import { oneColour, windowsIn } from "./picture/blank.ts";
import { around, crop, intersection, type Rectangle } from "./picture/pixels.ts";

/** A true picture of what was asked for. */
export interface Look extends Capture {
  wanted: Wanted;
  /** What a reader must know of it. */
  notes: string[];
}

/** By so much more than a window is looked at, to see where it begins. */
const margin = 24;
/** A window that has just come up is painted a moment later. */
const againAfterMs = 150;

/** Looks at the desktop. A picture that cannot be true is looked for once more and then refused as `capture_blank`. */
export async function look(desktop: Desktop, request: Request, signal: AbortSignal): Promise<Look> {
  const driver = await desktop.driver();
  const first = await lookOnce(driver, request, signal);
  if ("notes" in first) return first;
  await wait(againAfterMs, undefined, { signal });
  const second = await lookOnce(driver, request, signal);
  if ("notes" in second) return second;
  if (await driver.locked(signal)) throw failure("display_locked", "The desktop is locked, and its picture is blank. Unlock it, then try again.");
  throw failure("capture_blank", `The picture ${second.blank} and was not kept. ${driver.blankFix}. macos_doctor tells what is missing.`);
}

async function lookOnce(driver: Driver, request: Request, signal: AbortSignal): Promise<Look | { blank: string }> {
  const wanted = await findArea(driver, request, signal);
  const alone = driver.wholeWindows && wanted.window !== undefined;
  const wide = wanted.window && !alone ? widened(wanted) : wanted.area;
  const capture = await driver.capture({ area: wide, window: alone ? wanted.window : undefined, displays: wanted.displays }, signal);
  const cut = alone ? capture : cutTo(capture, wanted.area);
  const colour = oneColour(cut.pixels);
  if (colour !== undefined && !(wanted.target === "region" && (await isTrue(driver, wanted, signal)))) return { blank: `is nothing but ${colour}` };
  if (!alone && isWithoutWindows(driver, capture, wanted)) return { blank: "shows none of the windows that are there" };
  const notes = [...(colour === undefined ? [] : [`every pixel is ${colour}`]), ...(isCovered(wanted) && !alone ? ["other windows cover a part of it"] : [])];
  return { ...cut, wanted, notes };
}

/** A plain area is true when the displays around it are not plain, and show their windows. */
async function isTrue(driver: Driver, wanted: Wanted, signal: AbortSignal): Promise<boolean> {
  const around = await driver.capture({ area: desktopOf(wanted), displays: wanted.displays }, signal);
  return oneColour(around.pixels) === undefined && !isWithoutWindows(driver, around, wanted);
}

/** Windows are there, and the picture shows that they are not in it, or cannot show it while their titles are withheld. */
function isWithoutWindows(driver: Driver, capture: Capture, wanted: Wanted): boolean {
  const seen = windowsIn(capture.pixels, boxes(capture, wanted));
  const withheld = driver.titlesNeedPermission && (wanted.windows ?? []).length > 0 && wanted.windows?.every(({ title }) => title === "");
  return seen === "missing" || (seen === "unknown" && withheld === true);
}

function boxes({ area, density }: Capture, { windows, window }: Wanted): Rectangle[] {
  // A window is judged by itself: whether others beside it are there says nothing about it.
  const judged = window ? (windows ?? []).filter((each) => each.id === window.id) : (windows ?? []);
  return judged.map(({ x, y, width, height }) => ({ x: Math.round((x - area.x) * density), y: Math.round((y - area.y) * density), width: Math.round(width * density), height: Math.round(height * density) }));
}

function widened(wanted: Wanted): Rectangle {
  const { x, y, width, height } = wanted.area;
  return intersection({ x: x - margin, y: y - margin, width: width + 2 * margin, height: height + 2 * margin }, desktopOf(wanted)) ?? wanted.area;
}

function desktopOf({ displays }: Wanted): Rectangle {
  return around(displays);
}

function cutTo(capture: Capture, area: Rectangle): Capture {
  const { pixels, density } = capture;
  const inside = { x: Math.round((area.x - capture.area.x) * density), y: Math.round((area.y - capture.area.y) * density), width: Math.round(area.width * density), height: Math.round(area.height * density) };
  const part = intersection(inside, { x: 0, y: 0, width: pixels.width, height: pixels.height });
  return part ? { pixels: crop(pixels, part), area, density } : capture;
}

function isCovered({ window, windows }: Wanted): boolean {
  if (!window || !windows) return false;
  const above = windows.slice(0, windows.findIndex(({ id }) => id === window.id));
  return above.some((each) => intersection(each, window) !== undefined);
}
