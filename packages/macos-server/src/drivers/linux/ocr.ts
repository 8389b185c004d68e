import { failure } from "../../failure.ts";
import { decodePicture } from "../../picture/decode.ts";
import { encodePng } from "../../picture/png.ts";
import { double } from "../../picture/resize.ts";
import type { Legible, Word } from "../driver.ts";
import type { Programs } from "../program.ts";

const timeoutMs = 60_000;
/** A screen of 4K twice as large takes a minute; print is large enough there. */
const maxDoubledPixels = 6_000_000;

/** Words by tesseract. A PNG that is not very large is made twice as large first: small print is read better so. */
export async function readWords(tools: Programs, picture: Legible, signal: AbortSignal): Promise<Word[]> {
  const { input, enlarged } = "png" in picture ? prepared(picture.png) : { input: undefined, enlarged: 1 };
  const { code, stdout, stderr } = await tools.run("tesseract", {
    args: ["path" in picture ? picture.path : "stdin", "stdout", "--psm", "11", "-l", "eng", ...(enlarged === 2 ? ["--dpi", "192"] : []), "tsv"],
    ...(input && { input }),
    signal,
    timeoutMs,
  });
  if (code !== 0 && /language|tessdata/i.test(stderr)) throw failure("program_failed", "tesseract has no language data. Next: sudo apt-get install tesseract-ocr-eng.");
  if (code !== 0) throw failure("bad_picture", "tesseract could not read this file as a picture. Give a PNG, JPEG or TIFF.");
  return parseTsv(stdout.toString("utf8"), enlarged);
}

function prepared(png: Buffer): { input: Buffer; enlarged: 1 | 2 } {
  const pixels = decodePicture(png);
  if (pixels.width * pixels.height > maxDoubledPixels) return { input: png, enlarged: 1 };
  return { input: encodePng(double(pixels), 1), enlarged: 2 };
}

/** level page block paragraph line word left top width height confidence text. Only words (level 5) have text. */
export function parseTsv(tsv: string, enlarged: number): Word[] {
  const lines = new Map<string, number>();
  return tsv.split("\n").flatMap((row): Word[] => {
    const [level, page, block, paragraph, line, , left, top, width, height, confidence, text = ""] = row.split("\t");
    if (level !== "5" || text.trim() === "") return [];
    const key = `${page}.${block}.${paragraph}.${line}`;
    if (!lines.has(key)) lines.set(key, lines.size);
    const [x = 0, y = 0, w = 0, h = 0] = [left, top, width, height].map((value) => Math.round(Number(value) / enlarged));
    return [{ text, box: { x, y, width: w, height: h }, confidence: Math.round(Number(confidence)), line: lines.get(key) ?? 0 }];
  });
}
