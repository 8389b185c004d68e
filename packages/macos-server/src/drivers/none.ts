import { failure } from "../failure.ts";
import type { Driver } from "./driver.ts";
import { linuxDesktop } from "./linux/desktop.ts";
import { linuxFixes } from "./linux/fixes.ts";
import { type Environment, programs } from "./program.ts";

const fix = "Start the CLI from the desktop's own terminal. For Codex name DISPLAY, XAUTHORITY, WAYLAND_DISPLAY, XDG_RUNTIME_DIR, DBUS_SESSION_BUS_ADDRESS and SWAYSOCK in env_vars of this server, because it passes no others";

const withoutDesktop = new Set(["text on screen", "find files"]);

/** Where there is no desktop to be seen. Files can be found and read all the same. */
export function noDesktop(environment: Environment): Driver {
  const desktop = linuxDesktop(programs(environment, linuxFixes));
  const refuse = () => Promise.reject(failure("no_desktop", `No desktop can be seen from here: neither DISPLAY nor WAYLAND_DISPLAY is set. ${fix}.`));
  return {
    name: "none",
    displays: refuse,
    windows: refuse,
    capture: refuse,
    wholeWindows: false,
    titlesNeedPermission: false,
    locked: () => Promise.resolve(undefined),
    readWords: desktop.readWords,
    readClipboard: refuse,
    writeClipboard: refuse,
    notify: refuse,
    open: refuse,
    find: desktop.find,
    abilities: async (signal) => [{ name: "desktop", ok: false, detail: "neither DISPLAY nor WAYLAND_DISPLAY is set", fix }, ...(await desktop.abilities(signal)).filter(({ name }) => withoutDesktop.has(name))],
    blankFix: "",
    close: () => {},
  };
}
