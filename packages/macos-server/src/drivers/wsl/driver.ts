import * as z from "zod";
import { failure } from "../../failure.ts";
import { notifiers } from "../../notify.ts";
import { decodePicture } from "../../picture/decode.ts";
import { answerOf } from "../answer.ts";
import type { Ability, Capture, Clip, Driver } from "../driver.ts";
import { linuxDesktop, type LinuxDesktop } from "../linux/desktop.ts";
import { linuxFixes } from "../linux/fixes.ts";
import { type Environment, type Programs, programs } from "../program.ts";
import * as scripts from "./scripts.ts";

const rectangle = { x: z.number(), y: z.number(), width: z.number(), height: z.number() };
const displays = z.array(z.object({ name: z.string(), primary: z.boolean(), ...rectangle, scale: z.number() }));
const windows = z.array(z.object({ id: z.int(), title: z.string(), app: z.string(), pid: z.int(), ...rectangle, visible: z.boolean(), focused: z.boolean() }));

const interopFix = "in /etc/wsl.conf set [interop] enabled=true and appendWindowsPath=true, then run wsl --shutdown in Windows";
const timeoutMs = 20_000;
const ofLinux = new Set(["text on screen", "find files"]);
const maxBytes = 256_000_000;

/** The Windows desktop, seen from WSL; files and text on pictures are Linux's own. */
export function wslDriver(environment: Environment): Driver {
  const tools = programs(environment, (command) => (command === "powershell.exe" ? interopFix : linuxFixes(command)));
  const linux = linuxDesktop(tools);
  return {
    name: "wsl",
    displays: async (signal) => {
      const found = answerOf("powershell.exe", await shell(tools, scripts.displaysScript, "", signal), displays);
      return found.sort((one, other) => Number(other.primary) - Number(one.primary) || one.x - other.x || one.y - other.y).map((display, at) => ({ ...display, id: at + 1 }));
    },
    windows: async (signal) => answerOf("powershell.exe", await shell(tools, scripts.windowsScript, "", signal), windows),
    capture: async ({ area: { x, y, width, height } }, signal): Promise<Capture> => {
      const base64 = await shell(tools, scripts.captureScript, [x, y, width, height].join(","), signal);
      return { pixels: decodePicture(Buffer.from(base64.toString("latin1"), "base64")), area: { x, y, width, height }, density: 1 };
    },
    wholeWindows: false,
    titlesNeedPermission: false,
    locked: async (signal) => (await shell(tools, scripts.lockedScript, "", signal)).toString("latin1").trim() === "True",
    readWords: linux.readWords,
    readClipboard: (kind, signal) => readClipboard(tools, kind, signal),
    writeClipboard: async (clip, signal) => {
      if (clip.kind === "text") await shell(tools, scripts.writeTextScript, clip.text, signal);
      else await shell(tools, scripts.writePictureScript, clip.png.toString("base64"), signal);
    },
    notify: async (notification, signal) => {
      const { command, args, input } = notifiers.wsl;
      const { code } = await tools.run(command, { args: args(notification), input: input(notification), signal, timeoutMs });
      if (code !== 0) throw failure("program_failed", `powershell.exe ended with code ${code}. Windows Settings → System → Notifications: allow Windows PowerShell.`);
    },
    open: async (target, signal) => void (await shell(tools, scripts.openScript, await windowsPath(tools, target, signal), signal)),
    find: linux.find,
    abilities: (signal) => abilities(tools, linux, signal),
    blankFix: "Wake and unlock Windows; a desktop of another session or behind Remote Desktop gives no picture",
    close: () => {},
  };
}

async function shell(tools: Programs, script: string, input: string, signal: AbortSignal): Promise<Buffer> {
  const args = ["-NoProfile", "-NonInteractive", "-EncodedCommand", Buffer.from(script, "utf16le").toString("base64")];
  const { code, stdout } = await tools.run("powershell.exe", { args, input, signal, timeoutMs, outputBytes: maxBytes });
  if (code === 3) throw failure("display_locked", "Windows lets nothing be copied from its screen: it is locked, or somebody else is logged in. Unlock it, then try again.");
  if (code !== 0) throw failure("program_failed", `powershell.exe ended with code ${code}. Next: run it once by hand in WSL; macos_doctor tells what works.`);
  return stdout;
}

async function readClipboard(tools: Programs, kind: Clip["kind"], signal: AbortSignal): Promise<Clip> {
  const out = await shell(tools, kind === "text" ? scripts.readTextScript : scripts.readPictureScript, "", signal);
  if (out.length === 0) throw failure("clipboard_empty", `The clipboard holds no ${kind}. Copy something first, or ask for ${kind === "text" ? "a picture" : "text"}.`);
  return kind === "text" ? { kind, text: out.toString("utf8") } : { kind, png: Buffer.from(out.toString("latin1"), "base64") };
}

async function windowsPath(tools: Programs, target: string, signal: AbortSignal): Promise<string> {
  if (!target.startsWith("/")) return target;
  const { code, stdout } = await tools.run("wslpath", { args: ["-w", target], signal });
  if (code !== 0) throw failure("unknown_file", "Windows cannot see this file. Copy it below /mnt/c, or into your own Linux home.");
  return stdout.toString("utf8").trim();
}

async function abilities(tools: Programs, desktop: Pick<LinuxDesktop, "abilities">, signal: AbortSignal): Promise<Ability[]> {
  const linux = (await desktop.abilities(signal)).filter(({ name }) => ofLinux.has(name));
  const name = "screen, windows, clipboard, notifications, open";
  if (!tools.has("powershell.exe")) return [{ name, ok: false, detail: "powershell.exe is missing", fix: interopFix }, ...linux];
  try {
    const found = answerOf("powershell.exe", await shell(tools, scripts.displaysScript, "", signal), displays);
    return [{ name, ok: true, detail: found.map((each) => `${each.width}×${each.height}`).join(", ") }, ...linux];
  } catch (error) {
    signal.throwIfAborted();
    return [{ name, ok: false, detail: error instanceof Error ? error.message : "", fix: interopFix }, ...linux];
  }
}
