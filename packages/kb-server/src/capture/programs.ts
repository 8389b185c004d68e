import { errorCode, UserError } from "@paios/shared/errors";
import { run, type RunResult } from "@paios/shared/process";
import { readFrontMatter } from "./front-matter.ts";
import type { ParseLimits } from "./parse.ts";
import { flowPdfText } from "./pdf-text.ts";

interface Answer {
  title: string;
  text: string;
  cut: boolean;
}

/** A Word document read by pandoc, or undefined when pandoc is not there or cannot read it. */
export async function parseWithPandoc(bytes: Uint8Array, limits: ParseLimits, maxChars: number, signal: AbortSignal): Promise<Answer | undefined> {
  const memory = `-M${limits.memoryMb}m`;
  const args = ["+RTS", memory, "-RTS", "--sandbox", "--standalone", "--from=docx", "--to=gfm-raw_html", "--wrap=none", "-"];
  const markdown = await output(limits.pandoc ?? "pandoc", args, bytes, limits, maxChars, signal);
  if (markdown === undefined) return undefined;
  const { title, text } = readFrontMatter(markdown);
  return { title, text: text.replace(/!\[([^\]\n]{0,500})\]\([^)\n]{0,500}\)/g, (_picture, alt: string) => (alt === "" ? "" : `[Picture: ${alt}]`)), cut: false };
}

/** The text of a PDF read by pdftotext, or undefined when it is not there or cannot read it. */
export async function parseWithPdftotext(bytes: Uint8Array, limits: ParseLimits, maxChars: number, signal: AbortSignal): Promise<Answer | undefined> {
  // The program has no memory limit of its own; where the shell has none either it runs without.
  const script = 'ulimit -v "$1" 2>/dev/null; exec "$2" -enc UTF-8 -nopgbrk - -';
  const args = ["-c", script, "sh", String((limits.memoryMb + 128) * 1024), limits.pdftotext ?? "pdftotext"];
  const text = await output("/bin/sh", args, bytes, limits, maxChars, signal);
  if (text === undefined || text.trim() === "") return undefined;
  const flowed = flowPdfText(text);
  return { title: flowed.slice(0, 2_000).trim().split("\n")[0] ?? "", text: flowed, cut: false };
}

/** What a program prints for the bytes; undefined when it is missing or fails, but not when it takes too long. */
async function output(command: string, args: string[], input: Uint8Array, limits: ParseLimits, maxChars: number, signal: AbortSignal): Promise<string | undefined> {
  let result: RunResult;
  try {
    result = await run({ command, args, input, timeoutMs: limits.timeoutMs, outputBytes: maxChars * 6, signal });
  } catch (error) {
    if (errorCode(error) === "ENOENT" || errorCode(error) === "EACCES" || (error instanceof UserError && error.code === "too_large")) return undefined;
    throw error;
  }
  return result.code === 0 ? result.stdout.toString("utf8") : undefined;
}
