import { type Context, defineTool } from "@paios/shared/tool";
import * as z from "zod";
import type { Request } from "../area.ts";
import type { Desktop } from "../desktop.ts";
import type { Word } from "../drivers/driver.ts";
import { fileAt } from "../files.ts";
import { look } from "../look.ts";
import { encodePng } from "../picture/png.ts";
import { around, type Rectangle, release } from "../picture/pixels.ts";
import { fenced } from "../present.ts";

const maxLines = 1_000;

export default defineTool({
  name: "macos_ocr",
  description: "Read text on screen or in a picture file. Use to quote or click it: box n belongs to line n.",
  input: z.strictObject({
    path: z.string().max(4_000).optional(),
    display: z.int().optional(),
    window: z.int().optional(),
    words: z.boolean().optional(),
  }),
  output: z.object({
    text: z.string(),
    /** One for each line of the text, in the desktop's coordinates, or for a file in its pixels. */
    boxes: z.array(z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number(), confidence: z.int() })),
    confidence: z.int(),
    cut: z.literal(true).optional(),
  }),
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  limits: { timeoutMs: 90_000, outputChars: 400_000 },
  run: async ({ path, words = false, ...request }, { state, signal }: Context<Desktop>) => {
    const { found, place } = path === undefined ? await readDesktop(state, request, signal) : await readFile(state, path, signal);
    const lines = words ? found.map((word) => [word]) : linesOf(found);
    const shown = lines.slice(0, maxLines);
    return {
      text: fenced(shown.map((line) => line.map(({ text }) => text).join(" ")).join("\n"), path === undefined ? "the screen" : "a picture"),
      boxes: shown.map((line) => ({ ...place(around(line.map(({ box }) => box))), confidence: meanConfidence(line) })),
      confidence: meanConfidence(found),
      ...(lines.length > maxLines && { cut: true as const }),
    };
  },
});

interface Found {
  found: Word[];
  place: (box: Rectangle) => Rectangle;
}

async function readDesktop(desktop: Desktop, request: Request, signal: AbortSignal): Promise<Found> {
  const { pixels, area, density } = await look(desktop, request, signal);
  const png = encodePng(pixels, 1);
  release(pixels.data);
  const found = await (await desktop.driver()).readWords({ png }, signal);
  const scaled = (value: number) => Math.round((value / density) * 10) / 10;
  return { found, place: ({ x, y, width, height }) => ({ x: area.x + scaled(x), y: area.y + scaled(y), width: scaled(width), height: scaled(height) }) };
}

async function readFile(desktop: Desktop, path: string, signal: AbortSignal): Promise<Found> {
  fileAt(path);
  return { found: await (await desktop.driver()).readWords({ path }, signal), place: (box) => box };
}

function linesOf(words: readonly Word[]): Word[][] {
  const lines = new Map<number, Word[]>();
  for (const word of words) lines.set(word.line, [...(lines.get(word.line) ?? []), word]);
  return [...lines.values()];
}

function meanConfidence(words: readonly Word[]): number {
  return words.length === 0 ? 0 : Math.round(words.reduce((sum, { confidence }) => sum + confidence, 0) / words.length);
}
