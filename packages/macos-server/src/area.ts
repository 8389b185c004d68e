import type { Display, Driver, Window } from "./drivers/driver.ts";
import { failure } from "./failure.ts";
import { around, intersection, type Rectangle } from "./picture/pixels.ts";

export const targets = ["screen", "display", "window", "app", "region"] as const;

/** What a picture is asked of; what is not given follows from the target, and the target from what is given. */
export interface Request {
  target?: (typeof targets)[number] | undefined;
  display?: number | undefined;
  window?: number | undefined;
  app?: string | undefined;
  x?: number | undefined;
  y?: number | undefined;
  width?: number | undefined;
  height?: number | undefined;
}

export interface Wanted {
  target: (typeof targets)[number];
  /** What lies on the desktop of what was asked for. */
  area: Rectangle;
  window?: Window;
  displays: Display[];
  /** All windows with pixels, topmost first; undefined where they cannot be listed. */
  windows: Window[] | undefined;
}

/** Finds what is asked for on the desktop. Throws a named failure for what is not there. */
export async function findArea(driver: Driver, request: Request, signal: AbortSignal): Promise<Wanted> {
  const target = request.target ?? targetOf(request);
  if (target === "region") checkSize(request);
  const needed = target === "window" || target === "app";
  const [displays, listed] = await Promise.all([driver.displays(signal), driver.windows(signal).catch((error: unknown) => (needed || signal.aborted ? Promise.reject(error) : undefined))]);
  if (displays.length === 0) throw failure("no_desktop", "The desktop has no display. Connect or enable one.");
  const window = needed ? chosen(listed ?? [], target, request) : undefined;
  const area = onDesktop(window ?? areaOf(target, request, displays), displays);
  return { target, area, ...(window && { window }), displays, windows: listed?.filter(({ visible }) => visible) };
}

function targetOf({ display, window, app, x, y, width, height }: Request): Wanted["target"] {
  if (window !== undefined) return "window";
  if (app !== undefined) return "app";
  if ([x, y, width, height].some((each) => each !== undefined)) return "region";
  return display === undefined ? "screen" : "display";
}

function checkSize({ x, y, width, height }: Request): void {
  if (x === undefined || y === undefined || width === undefined || height === undefined) throw failure("bad_size", "A region needs x, y, width and height. macos_displays tells the desktop's coordinates.");
  if (width <= 0 || height <= 0) throw failure("bad_size", `A region of ${width}×${height} has no pixels. Give a width and a height of 1 or more.`);
}

function areaOf(target: Wanted["target"], { display, x = 0, y = 0, width = 0, height = 0 }: Request, displays: readonly Display[]): Rectangle {
  if (target === "region") return { x, y, width, height };
  if (target === "screen") return around(displays);
  const found = displays.find(({ id }) => id === (display ?? 1));
  if (found) return found;
  throw failure("unknown_display", `There is no display ${display}; there ${displays.length === 1 ? "is one, 1" : `are ${displays.length}, from 1`}. macos_displays lists them.`);
}

function chosen(windows: readonly Window[], target: "window" | "app", { window: id, app }: Request): Window {
  if (target === "app") return ofApp(windows, app ?? "");
  const found = id === undefined ? windows.find(({ focused }) => focused) : windows.find((each) => each.id === id);
  if (!found && id === undefined) throw failure("window_gone", "No window has the focus. Give the id of one; macos_windows lists them.");
  if (!found) throw failure("window_gone", `There is no window ${id} (any more). macos_windows lists what is there.`);
  if (!found.visible) throw failure("window_hidden", `The window ${found.id} is minimised or on another workspace and has no picture. Bring it up first.`);
  return found;
}

/** The topmost window of an app, by its whole name before a part of it. */
function ofApp(windows: readonly Window[], name: string): Window {
  const wanted = name.trim().toLowerCase();
  if (wanted === "") throw failure("unknown_app", "Give the name of an app. macos_apps lists those that have windows.");
  const whole = windows.filter(({ app }) => app.toLowerCase() === wanted);
  const found = whole.length > 0 ? whole : windows.filter(({ app }) => app.toLowerCase().includes(wanted));
  const shown = found.find(({ visible }) => visible);
  if (shown) return shown;
  if (found.length > 0) throw failure("window_hidden", "All windows of this app are minimised or on another workspace and have no picture. Bring one up first.");
  throw failure("unknown_app", "No app of this name has a window. macos_apps lists those that have.");
}

function onDesktop({ x, y, width, height }: Rectangle, displays: readonly Display[]): Rectangle {
  const whole = { x: Math.floor(x), y: Math.floor(y), width: Math.ceil(x + width) - Math.floor(x), height: Math.ceil(y + height) - Math.floor(y) };
  const parts = displays.map((display) => intersection(whole, display)).filter((part) => part !== undefined);
  if (parts.length > 0) return around(parts);
  const desktop = around(displays);
  throw failure("off_screen", `This lies on no display. The desktop goes from ${desktop.x},${desktop.y} to ${desktop.x + desktop.width},${desktop.y + desktop.height}; macos_displays lists its parts.`);
}
