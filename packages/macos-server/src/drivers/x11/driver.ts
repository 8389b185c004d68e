import type { Driver } from "../driver.ts";
import { ability } from "../linux/abilities.ts";
import { linuxDesktop } from "../linux/desktop.ts";
import { linuxFixes } from "../linux/fixes.ts";
import { type Environment, programs } from "../program.ts";
import { captureArea } from "./capture.ts";
import { readClipboard, writeClipboard } from "./clipboard.ts";
import { type Connection, openConnection } from "./connection.ts";
import { displaysOf } from "./displays.ts";
import { windowsOf } from "./windows.ts";

export function x11Driver(environment: Environment): Driver {
  const tools = programs(environment, linuxFixes);
  const desktop = linuxDesktop(tools);
  let opening: Promise<Connection> | undefined;
  let opened: Connection | undefined;

  /** One connection for all calls, made anew when the X server has ended it. */
  async function connection(): Promise<Connection> {
    if (opened && !opened.ended()) return opened;
    opening ??= openConnection(environment).finally(() => (opening = undefined));
    return (opened = await opening);
  }

  return {
    name: "x11",
    locked: desktop.locked,
    readWords: desktop.readWords,
    notify: desktop.notify,
    open: desktop.open,
    find: desktop.find,
    displays: async () => displaysOf(await connection()),
    windows: async () => windowsOf(await connection()),
    capture: async ({ area }) => ({ pixels: await captureArea(await connection(), area), area, density: 1 }),
    wholeWindows: false,
    titlesNeedPermission: false,
    readClipboard: (kind, signal) => readClipboard(tools, kind, signal),
    writeClipboard: async (clip, signal) => writeClipboard(tools, await connection(), clip, signal),
    abilities: async (signal) => [await canSee(connection), ability(tools, { name: "clipboard", command: "xclip" }), ...(await desktop.abilities(signal))],
    blankFix: "Wake the screen and unlock it; under Wayland set WAYLAND_DISPLAY, because an X11 picture of it is empty",
    close: () => opened?.close(),
  };
}

async function canSee(connection: () => Promise<Connection>) {
  const name = "screen, windows";
  try {
    const displays = await displaysOf(await connection());
    return { name, ok: true, detail: displays.map(({ name, width, height }) => `${name} ${width}×${height}`).join(", ") };
  } catch (error) {
    return { name, ok: false, detail: error instanceof Error ? error.message : "", fix: "Set DISPLAY and XAUTHORITY as in the desktop's own terminal" };
  }
}
