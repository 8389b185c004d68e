import * as z from "zod";
import { failure } from "../../failure.ts";
import { notifiers } from "../../notify.ts";
import type { Ability, Driver } from "../driver.ts";
import { type Environment, type Programs, programs } from "../program.ts";
import { ask } from "./ask.ts";
import { capture, recordingFix } from "./capture.ts";
import { readClipboard, writeClipboard } from "./clipboard.ts";
import { displaysOf, windowsOf } from "./desktop.ts";
import { readWords } from "./ocr.ts";
import { lockedScript } from "./scripts.ts";

/** macOS, by programs that come with it. */
export function darwinDriver(environment: Environment): Driver {
  // Without it pbcopy and pbpaste take text for Mac Roman.
  const tools = programs({ ...environment, LC_CTYPE: "UTF-8" }, () => "it belongs to macOS: put /usr/bin and /usr/sbin on PATH");
  return {
    name: "darwin",
    displays: (signal) => displaysOf(tools, signal),
    windows: (signal) => windowsOf(tools, signal),
    capture: (what, signal) => capture(tools, what, signal),
    wholeWindows: true,
    titlesNeedPermission: true,
    locked: (signal) => ask(tools, { script: lockedScript, schema: z.boolean() }, signal),
    readWords: (picture, signal) => readWords(tools, picture, signal),
    readClipboard: (kind, signal) => readClipboard(tools, kind, signal),
    writeClipboard: (clip, signal) => writeClipboard(tools, clip, signal),
    notify: async (notification, signal) => {
      const { command, args, input } = notifiers.darwin;
      const { code } = await tools.run(command, { args: args(notification), input: input(notification), signal });
      if (code !== 0) throw failure("program_failed", `osascript ended with code ${code}. System Settings → Notifications → Script Editor: allow notifications.`);
    },
    open: async (target, signal) => {
      const { code } = await tools.run("open", { args: [target], signal });
      if (code !== 0) throw failure("program_failed", `open ended with code ${code}: nothing here opens this kind. Choose a program for it in Finder → Get Info.`);
    },
    find: async (query, limit, signal) => {
      const { stdout } = await tools.run("mdfind", { args: ["-name", query], signal, outputBytes: 16_000_000 });
      return stdout.toString("utf8").split("\n").filter(Boolean).slice(0, limit);
    },
    abilities: (signal) => abilities(tools, signal),
    blankFix: recordingFix,
    close: () => {},
  };
}

/** macOS answers whether something is allowed unreliably: what counts is what a picture and a list of windows hold. */
async function abilities(tools: Programs, signal: AbortSignal): Promise<Ability[]> {
  const own = [["clipboard", "pbcopy"], ["text on screen", "osascript"], ["notifications", "osascript"], ["open", "open"], ["find files", "mdfind"]] as const;
  return [
    await tried("screen", signal, async () => {
      const displays = await displaysOf(tools, signal);
      const [first] = displays;
      if (first) await capture(tools, { area: { x: first.x, y: first.y, width: 8, height: 8 }, displays }, signal);
      return displays.map(({ name, width, height, scale }) => `${name} ${width}×${height} @${scale}`).join(", ");
    }),
    await tried("windows and their titles", signal, async () => {
      const windows = await windowsOf(tools, signal);
      if (windows.length > 0 && windows.every(({ title }) => title === "")) throw failure("denied", "macOS withholds all titles, so pictures show the wallpaper only.");
      return `${windows.length} windows`;
    }),
    ...own.map(([name, command]) => (tools.has(command) ? { name, ok: true, detail: command } : { name, ok: false, detail: `${command} is missing`, fix: "Put /usr/bin and /usr/sbin on PATH" })),
  ];
}

async function tried(name: string, signal: AbortSignal, work: () => Promise<string>): Promise<Ability> {
  try {
    return { name, ok: true, detail: await work() };
  } catch (error) {
    signal.throwIfAborted();
    return { name, ok: false, detail: error instanceof Error ? error.message : "", fix: recordingFix };
  }
}
