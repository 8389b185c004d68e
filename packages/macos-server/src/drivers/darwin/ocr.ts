import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { failure } from "../../failure.ts";
import type { Legible, Word } from "../driver.ts";
import type { Programs } from "../program.ts";
import { ask } from "./ask.ts";
import { wordsScript } from "./scripts.ts";

const schema = z.object({
  read: z.boolean(),
  width: z.number(),
  height: z.number(),
  lines: z.array(z.object({ text: z.string(), confidence: z.number(), x: z.number(), y: z.number(), width: z.number(), height: z.number() })),
});
const timeoutMs = 60_000;

/** Apple's Vision reads whole lines: here each of them is one word. */
export async function readWords(tools: Programs, picture: Legible, signal: AbortSignal): Promise<Word[]> {
  if ("path" in picture) return read(tools, picture.path, signal);
  const folder = mkdtempSync(join(tmpdir(), "paios-read-"));
  try {
    const path = join(folder, "picture.png");
    writeFileSync(path, picture.png, { mode: 0o600 });
    return await read(tools, path, signal);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function read(tools: Programs, path: string, signal: AbortSignal): Promise<Word[]> {
  const answer = await ask(tools, { script: wordsScript(path), schema, timeoutMs }, signal);
  if (!answer.read) throw failure("bad_picture", "Vision could not read this file as a picture. Give a PNG, JPEG, TIFF or HEIC.");
  return answer.lines.map(({ text, confidence, x, y, width, height }, line) => ({
    text,
    box: { x: Math.round(x * answer.width), y: Math.round(y * answer.height), width: Math.round(width * answer.width), height: Math.round(height * answer.height) },
    confidence: Math.round(confidence * 100),
    line,
  }));
}
