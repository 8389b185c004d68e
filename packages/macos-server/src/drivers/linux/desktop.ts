import { failure } from "../../failure.ts";
import { notifiers } from "../../notify.ts";
import type { Ability, Driver, Notification } from "../driver.ts";
import type { Programs } from "../program.ts";
import { linuxAbilities, locator } from "./abilities.ts";
import { readWords } from "./ocr.ts";

/** What X11 and Wayland desktops do alike. */
export interface LinuxDesktop extends Pick<Driver, "locked" | "readWords" | "notify" | "open" | "find"> {
  /** Text, files, opening and notifications, each tried. */
  abilities: (signal: AbortSignal) => Promise<Ability[]>;
}

export function linuxDesktop(tools: Programs): LinuxDesktop {
  return {
    locked: (signal) => isLocked(tools, signal),
    readWords: (picture, signal) => readWords(tools, picture, signal),
    notify: (notification, signal) => notify(tools, notification, signal),
    open: (target, signal) => open(tools, target, signal),
    find: (query, limit, signal) => find(tools, query, limit, signal),
    abilities: (signal) => linuxAbilities(tools, signal),
  };
}

const leaveAfterMs = 3_000;

/** Known only where systemd keeps sessions. */
async function isLocked(tools: Programs, signal: AbortSignal): Promise<boolean | undefined> {
  if (!tools.has("loginctl")) return undefined;
  const { code, stdout } = await tools.run("loginctl", { args: ["show-session", "self", "-p", "LockedHint", "--value"], signal, timeoutMs: 2_000 });
  return code === 0 ? stdout.toString("utf8").trim() === "yes" : undefined;
}

async function notify(tools: Programs, notification: Notification, signal: AbortSignal): Promise<void> {
  const { command, args, input } = notifiers.linux;
  const { code } = await tools.run(command, { args: args(notification), input: input(notification), signal, timeoutMs: 5_000 });
  if (code !== 0) throw failure("program_failed", `notify-send ended with code ${code}. Is there a desktop session, and is DBUS_SESSION_BUS_ADDRESS set as in it?`);
}

async function open(tools: Programs, target: string, signal: AbortSignal): Promise<void> {
  // The opened program may be a child of xdg-open, which then lasts as long as it.
  const code = await tools.handOver("xdg-open", { args: [target], signal, leaveAfterMs });
  if (code === 2) throw failure("unknown_file", "There is no such file. macos_find looks for it.");
  if (code !== 0) throw failure("program_failed", `xdg-open ended with code ${code}: nothing here opens this kind. Install a program for it, or name another with xdg-mime.`);
}

/** plocate's index is made once a day; what it lists may be gone, which the tool checks. */
async function find(tools: Programs, query: string, limit: number, signal: AbortSignal): Promise<string[]> {
  const command = locator(tools);
  const words = query.split(/\s+/).filter(Boolean);
  const { code, stdout, stderr } = await tools.run(command, { args: ["-i", "-l", String(limit), "--", ...words], signal, outputBytes: 4_000_000 });
  // 1 when nothing is found, and when there is nothing to search in.
  if (code !== 0 && (code !== 1 || stderr.trim() !== "")) throw failure("program_failed", `${command} has no index yet. Next: sudo updatedb.`);
  return stdout.toString("utf8").split("\n").filter(Boolean);
}
