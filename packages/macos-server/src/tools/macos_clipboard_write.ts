import { UserError } from "@paios/shared/errors";
import { type Context, defineTool } from "@paios/shared/tool";
import * as z from "zod";
import type { Desktop } from "../desktop.ts";
import type { Clip } from "../drivers/driver.ts";
import { failure } from "../failure.ts";
import { fileAt, readFileAt } from "../files.ts";
import { decodePicture } from "../picture/decode.ts";

const maxChars = 2_000_000;
const maxFileBytes = 32_000_000;

export default defineTool({
  name: "macos_clipboard_write",
  description: "Copy text, or the PNG at path. Use so the person can paste it.",
  input: z.strictObject({ text: z.string().max(maxChars).optional(), path: z.string().max(4_000).optional() }),
  output: z.object({ copied: z.enum(["text", "picture"]), bytes: z.int() }),
  hints: { readOnly: false, destructive: false, idempotent: true, openWorld: false },
  run: async ({ text, path }, { state, signal }: Context<Desktop>) => {
    if ((text === undefined) === (path === undefined)) throw new UserError("bad_input", "Give either text or the path of a PNG.");
    if (text === "") throw new UserError("bad_input", "text is empty. Give what to copy.");
    const clip: Clip = path === undefined ? { kind: "text", text: (text ?? "").toWellFormed() } : { kind: "picture", png: readPng(path) };
    await (await state.driver()).writeClipboard(clip, signal);
    return { copied: clip.kind, bytes: clip.kind === "text" ? Buffer.byteLength(clip.text) : clip.png.length };
  },
});

function readPng(path: string): Buffer {
  if (fileAt(path).size > maxFileBytes) throw new UserError("too_large", `The file has over ${maxFileBytes / 1_000_000} MB. Copy a smaller picture.`);
  const png = readFileAt(path);
  decodePicture(png);
  if (png[0] !== 0x89) throw failure("bad_picture", "Only a PNG can be copied. Convert the file first.");
  return png;
}
