import * as z from "zod";
import { failure } from "../../failure.ts";
import type { Clip } from "../driver.ts";
import type { Programs } from "../program.ts";
import { ask } from "./ask.ts";
import { readPictureScript, writePictureScript } from "./scripts.ts";

const maxBytes = 32_000_000;

export async function readClipboard(tools: Programs, kind: Clip["kind"], signal: AbortSignal): Promise<Clip> {
  const clip: Clip = kind === "text" ? { kind, text: (await tools.run("pbpaste", { args: ["-Prefer", "txt"], signal, outputBytes: maxBytes })).stdout.toString("utf8") } : { kind, png: Buffer.from(await ask(tools, { script: readPictureScript, schema: z.string() }, signal), "base64") };
  if ((clip.kind === "text" ? clip.text : clip.png).length > 0) return clip;
  throw failure("clipboard_empty", `The clipboard holds no ${kind}. Copy something first, or ask for ${kind === "text" ? "a picture" : "text"}.`);
}

export async function writeClipboard(tools: Programs, clip: Clip, signal: AbortSignal): Promise<void> {
  const done = clip.kind === "text" ? (await tools.run("pbcopy", { args: [], input: clip.text, signal })).code === 0 : await ask(tools, { script: writePictureScript(clip.png), schema: z.boolean() }, signal);
  if (!done) throw failure("program_failed", "macOS did not take it; the clipboard may be empty now. Is somebody logged in at this Mac's screen?");
}
