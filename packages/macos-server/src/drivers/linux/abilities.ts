import type { Ability } from "../driver.ts";
import type { Programs } from "../program.ts";
import { linuxFixes } from "./fixes.ts";

const patienceMs = 3_000;

/** What every Linux desktop can be asked for, each tried as far as that changes nothing. */
export async function linuxAbilities(tools: Programs, signal: AbortSignal): Promise<Ability[]> {
  return [await canRead(tools, signal), ability(tools, { name: "open", command: "xdg-open" }), await canFind(tools, signal), await canNotify(tools, signal)];
}

/** Whether a program is there, which is all that can be told without using it. */
export function ability(tools: Programs, { name, command }: { name: string; command: string }): Ability {
  return tools.has(command) ? { name, ok: true, detail: command } : { name, ok: false, detail: `${command} is missing`, fix: linuxFixes(command) };
}

export function locator(tools: Programs): "plocate" | "locate" {
  return tools.has("plocate") || !tools.has("locate") ? "plocate" : "locate";
}

async function canRead(tools: Programs, signal: AbortSignal): Promise<Ability> {
  const can = ability(tools, { name: "text on screen", command: "tesseract" });
  const languages = can.ok ? await answer(tools, "tesseract", ["--list-langs"], signal) : undefined;
  return languages === undefined || /^eng$/m.test(languages) ? can : { ...can, ok: false, detail: "tesseract has no English", fix: "sudo apt-get install tesseract-ocr-eng" };
}

async function canFind(tools: Programs, signal: AbortSignal): Promise<Ability> {
  const command = locator(tools);
  const can = ability(tools, { name: "find files", command });
  const found = can.ok ? await answer(tools, command, ["-l", "1", "--", "/"], signal) : undefined;
  return found === undefined || found.startsWith("/") ? can : { ...can, ok: false, detail: `${command} has no index yet`, fix: "sudo updatedb" };
}

async function canNotify(tools: Programs, signal: AbortSignal): Promise<Ability> {
  const can = ability(tools, { name: "notifications", command: "notify-send" });
  if (!can.ok || !tools.has("dbus-send")) return can;
  const question = ["--session", "--print-reply", "--dest=org.freedesktop.DBus", "/", "org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.Notifications"];
  const owned = await answer(tools, "dbus-send", question, signal);
  if (owned?.includes("boolean true")) return { ...can, detail: "notify-send; a notification service is running" };
  if (owned?.includes("boolean false")) return { ...can, ok: false, detail: "no notification service is running", fix: "Start the desktop's own, or sudo apt-get install dunst" };
  return { ...can, ok: false, detail: "no session bus", fix: "Set DBUS_SESSION_BUS_ADDRESS as in the desktop's own terminal" };
}

/** What a program prints; undefined when it does not end in time. */
async function answer(tools: Programs, command: string, args: readonly string[], signal: AbortSignal): Promise<string | undefined> {
  try {
    return (await tools.run(command, { args, signal, timeoutMs: patienceMs })).stdout.toString("utf8");
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}
