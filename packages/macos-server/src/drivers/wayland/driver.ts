import { failure } from "../../failure.ts";
import { decodePicture } from "../../picture/decode.ts";
import { around, intersection, type Rectangle } from "../../picture/pixels.ts";
import type { Ability, Capture, Driver } from "../driver.ts";
import { ability } from "../linux/abilities.ts";
import { linuxDesktop } from "../linux/desktop.ts";
import { linuxFixes } from "../linux/fixes.ts";
import { type Environment, type Programs, programs } from "../program.ts";
import { readClipboard, writeClipboard } from "./clipboard.ts";
import { displaysOf, windowsOf } from "./sway.ts";

const blankFix = "Wake and unlock the screen; a compositor without wlr-screencopy (GNOME, KDE) gives no picture to grim";
const maxBytes = 400_000_000;

/** Sway and other compositors of its kind, through their own programs. */
export function waylandDriver(environment: Environment): Driver {
  const tools = programs(environment, linuxFixes);
  const desktop = linuxDesktop(tools);
  return {
    name: "wayland",
    locked: desktop.locked,
    readWords: desktop.readWords,
    notify: desktop.notify,
    open: desktop.open,
    find: desktop.find,
    displays: (signal) => displaysOf(tools, signal),
    windows: (signal) => windowsOf(tools, signal),
    capture: ({ area }, signal) => capture(tools, area, signal),
    wholeWindows: false,
    titlesNeedPermission: false,
    readClipboard: (kind, signal) => readClipboard(tools, kind, signal),
    writeClipboard: (clip, signal) => writeClipboard(tools, clip, signal),
    abilities: async (signal) => [await canSee(tools, signal), ability(tools, { name: "windows", command: "swaymsg" }), ability(tools, { name: "clipboard", command: "wl-copy" }), ...(await desktop.abilities(signal))],
    blankFix,
    close: () => {},
  };
}

/** grim draws at the scale of the finest display that the area touches. */
async function capture(tools: Programs, { x, y, width, height }: Rectangle, signal: AbortSignal): Promise<Capture> {
  const { code, stdout, stderr } = await tools.run("grim", { args: ["-t", "ppm", "-g", `${x},${y} ${width}x${height}`, "-"], signal, outputBytes: maxBytes });
  if (code !== 0) throw refused(stderr);
  const pixels = decodePicture(stdout);
  return { pixels, area: { x, y, width, height }, density: pixels.width / width };
}

function refused(stderr: string) {
  if (/doesn't support|does not support|screencopy|image-copy/i.test(stderr)) return failure("denied", "This compositor lets no program see the screen (it has no wlr-screencopy). Use sway or another of its kind, or an X11 session.");
  if (/failed to (create display|connect)|WAYLAND_DISPLAY/i.test(stderr)) return failure("no_desktop", "There is no Wayland compositor at WAYLAND_DISPLAY. Set WAYLAND_DISPLAY and XDG_RUNTIME_DIR as in the desktop's own terminal.");
  return failure("capture_failed", "grim gave no picture. macos_doctor tells what is missing.");
}

/** Asked by taking a picture of one point: only that shows what the compositor allows. */
async function canSee(tools: Programs, signal: AbortSignal): Promise<Ability> {
  const can = ability(tools, { name: "screen", command: "grim" });
  if (!can.ok) return can;
  try {
    const displays = await displaysOf(tools, signal);
    const all = around(displays);
    await capture(tools, intersection(all, { x: all.x, y: all.y, width: 8, height: 8 }) ?? all, signal);
    return { ...can, detail: displays.map(({ name, width, height }) => `${name} ${width}×${height}`).join(", ") };
  } catch (error) {
    signal.throwIfAborted();
    return { ...can, ok: false, detail: error instanceof Error ? error.message : "", fix: "Set WAYLAND_DISPLAY, XDG_RUNTIME_DIR and SWAYSOCK as in the desktop's own terminal" };
  }
}
