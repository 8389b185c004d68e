import * as z from "zod";
import type { Display, Window } from "../driver.ts";
import type { Programs } from "../program.ts";
import { ask } from "./ask.ts";
import { displaysScript, windowsScript } from "./scripts.ts";

const rectangle = { x: z.number(), y: z.number(), width: z.number(), height: z.number() };
const displays = z.array(z.object({ name: z.string(), ...rectangle, scale: z.number() }));
const windows = z.object({ front: z.number(), windows: z.array(z.object({ id: z.int(), title: z.string(), app: z.string(), pid: z.int(), ...rectangle })) });

/** macOS lists the one with the menu bar first. */
export async function displaysOf(tools: Programs, signal: AbortSignal): Promise<Display[]> {
  const found = await ask(tools, { script: displaysScript, schema: displays }, signal);
  return found.map((display, at) => ({ ...display, id: at + 1, primary: at === 0 }));
}

/** What is minimised is not listed. The topmost window of the frontmost app has the focus. */
export async function windowsOf(tools: Programs, signal: AbortSignal): Promise<Window[]> {
  const { front, windows: found } = await ask(tools, { script: windowsScript, schema: windows }, signal);
  const focused = found.find(({ pid }) => pid === front);
  return found.map((window) => ({ ...window, visible: true, focused: window === focused }));
}
