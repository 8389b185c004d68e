import { Blocks, type Context, defineTool } from "@paios/shared/tool";
import * as z from "zod";
import type { Desktop } from "../desktop.ts";
import { decodePicture } from "../picture/decode.ts";
import { fitted } from "../picture/fitted.ts";
import { pictureAnswer } from "../picture-answer.ts";
import { fenced } from "../present.ts";
import { keep } from "../store/keep.ts";

const defaultChars = 20_000;
const maxChars = 1_000_000;

export default defineTool({
  name: "macos_clipboard_read",
  description: "Read the clipboard. Use for what the person copied: text, or a picture.",
  input: z.strictObject({ kind: z.enum(["text", "picture"]).optional(), maxChars: z.int().min(1).max(maxChars).optional() }),
  output: z.union([z.object({ text: z.string(), chars: z.int(), path: z.string().optional() }), z.instanceof(Blocks)]),
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  limits: { outputChars: maxChars * 7 },
  run: async ({ kind = "text", maxChars: wanted = defaultChars }, { state, signal, now, caller, span }: Context<Desktop>) => {
    const clip = await (await state.driver()).readClipboard(kind, signal);
    const origin = { client: caller.client, traceId: span.traceId };
    if (clip.kind === "picture") {
      const picture = fitted(decodePicture(clip.png), "claude-standard");
      const { width, height, scale } = picture;
      const kept = keep(state, { kind: "clipboard", what: "picture", extension: "png", bytes: clip.png, ...origin }, now());
      return pictureAnswer(picture, "claude-standard", { ...kept, width, height, scale });
    }
    const shown = fenced(clip.text.slice(0, wanted).toWellFormed(), "the clipboard");
    if (clip.text.length <= wanted) return { text: shown, chars: clip.text.length };
    // The whole is a file: an agent reads as much of it as it needs.
    const { path } = keep(state, { kind: "clipboard", what: "text", extension: "txt", bytes: Buffer.from(clip.text), ...origin }, now());
    return { text: shown, chars: clip.text.length, path };
  },
});
