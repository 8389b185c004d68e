import { fileURLToPath } from "node:url";
import { UserError } from "@paios/shared/errors";
import { run, type RunResult } from "@paios/shared/process";
import { checkArchive } from "./archive.ts";
import { charsetOf, decode } from "./charset.ts";
import { cleanLine, cleanText } from "./clean.ts";
import type { Kind } from "./detect.ts";
import { readFrontMatter } from "./front-matter.ts";
import { parseWithPandoc, parseWithPdftotext } from "./programs.ts";
import { readSubtitles } from "./subtitles.ts";

export interface ParseInput {
  kind: Kind;
  /** A file name or the last part of a URL. */
  name: string;
  charset?: string | undefined;
  /** What relative links are resolved against. */
  url?: string | undefined;
}

export interface ParseLimits {
  timeoutMs: number;
  memoryMb: number;
  /** Programs that are used when they are there. */
  pandoc?: string | undefined;
  pdftotext?: string | undefined;
}

export interface ParsedDocument {
  /** One line, "" when the document has none. */
  title: string;
  /** Clean Markdown. */
  text: string;
  notes: string[];
}

/** The header line of the child's stdin. */
export interface ChildRequest {
  kind: "html" | "pdf" | "docx";
  charset?: string | undefined;
  url?: string | undefined;
  maxChars: number;
  memoryBytes: number;
  timeoutMs: number;
}

export type ChildAnswer = { title: string; text: string; cut: boolean } | { failed: "damaged" | "password" };

export const maxTextChars = 2_000_000;
const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
const childPath = fileURLToPath(new URL(`./parse-child.${extension}`, import.meta.url));

/**
 * Title and clean Markdown of a document. Whatever needs a parser is opened in a process of its own with limits on
 * memory, time and output. Throws `UserError` for kinds without text, damaged, encrypted or too demanding documents.
 */
export async function parseBytes(bytes: Uint8Array, input: ParseInput, limits: ParseLimits, signal: AbortSignal): Promise<ParsedDocument> {
  signal.throwIfAborted();
  if (bytes.length === 0) throw new UserError("bad_input", "The document is empty. Nothing was captured.");
  const answer = await parseKind(bytes, input, limits, signal);
  const text = cleanText(answer.text.slice(0, maxTextChars));
  if (!/[\p{L}\p{N}]/u.test(text)) throw noText(input.kind);
  const isCut = answer.cut || answer.text.length > maxTextChars;
  return { title: cleanLine(answer.title), text, notes: isCut ? ["cut at 2,000,000 characters"] : [] };
}

interface Answer {
  title: string;
  text: string;
  cut: boolean;
}

async function parseKind(bytes: Uint8Array, input: ParseInput, limits: ParseLimits, signal: AbortSignal): Promise<Answer> {
  const { kind } = input;
  if (kind === "html") return parseInChild(kind, bytes, input, limits, signal);
  if (kind === "pdf") return parsePdf(bytes, input, limits, signal);
  if (kind === "docx") {
    await checkArchive(bytes, signal);
    return (await parseWithPandoc(bytes, limits, maxTextChars, signal)) ?? parseInChild(kind, bytes, input, limits, signal);
  }
  if (kind === "markdown") return { ...readFrontMatter(plainText(bytes, input)), cut: isLong(bytes) };
  if (kind === "text") return { title: "", text: plainText(bytes, input), cut: isLong(bytes) };
  if (kind === "subtitles") return { title: "", text: readSubtitles(plainText(bytes, input)), cut: isLong(bytes) };
  throw new UserError("bad_input", "This kind of file holds no text that can be read. Web pages, PDF, DOCX, Markdown, plain text and subtitles can be captured.");
}

async function parsePdf(bytes: Uint8Array, input: ParseInput, limits: ParseLimits, signal: AbortSignal): Promise<Answer> {
  try {
    const answer = await parseInChild("pdf", bytes, input, limits, signal);
    if (/[\p{L}\p{N}]/u.test(answer.text)) return answer;
    return (await parseWithPdftotext(bytes, limits, maxTextChars, signal)) ?? answer;
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== "bad_input") throw error;
    const second = await parseWithPdftotext(bytes, limits, maxTextChars, signal);
    if (!second) throw error;
    return second;
  }
}

async function parseInChild(kind: ChildRequest["kind"], bytes: Uint8Array, input: ParseInput, limits: ParseLimits, signal: AbortSignal): Promise<Answer> {
  const { timeoutMs, memoryMb } = limits;
  const request: ChildRequest = { kind, charset: kind === "html" ? (input.charset ?? charsetOf(bytes)) : undefined, url: input.url, maxChars: maxTextChars, memoryBytes: (memoryMb * 2 + 128) * 1024 * 1024, timeoutMs };
  const result = await run({
    command: process.execPath,
    // No writing, no programs, no native parts in the process that opens foreign files.
    args: ["--permission", "--allow-fs-read=*", "--allow-worker", "--no-warnings", `--max-old-space-size=${memoryMb}`, childPath],
    env: {},
    timeoutMs,
    outputBytes: maxTextChars * 6 + 100_000,
    signal,
    input: Buffer.concat([Buffer.from(`${JSON.stringify(request)}\n`), bytes]),
  }).catch((error: unknown) => {
    throw error instanceof UserError && error.code === "timed_out" ? tooSlow(timeoutMs) : error;
  });
  return readAnswer(result, timeoutMs);
}

function readAnswer({ code, stdout }: RunResult, timeoutMs: number): Answer {
  if (code !== 0) throw new UserError("too_large", `Reading the document took more memory or time than kb.capture.parserMemoryMb and timeoutMs in paios.json allow (${timeoutMs / 1000} s). Raise them, or capture a part of it.`);
  const answer = JSON.parse(stdout.toString("utf8")) as ChildAnswer;
  if (!("failed" in answer)) return answer;
  if (answer.failed === "password") throw new UserError("bad_input", "The document is protected by a password. Save it without one and capture that.");
  throw new UserError("bad_input", "The document is damaged and cannot be read. Save it again and capture that.");
}

/** Enough bytes for every character that is kept, so that a huge file is not decoded whole. */
function plainText(bytes: Uint8Array, input: ParseInput): string {
  return decode(bytes.subarray(0, maxTextChars * 4), input.charset ?? charsetOf(bytes));
}

function isLong(bytes: Uint8Array): boolean {
  return bytes.length > maxTextChars * 4;
}

function tooSlow(timeoutMs: number): UserError {
  return new UserError("timed_out", `Reading the document took longer than ${timeoutMs / 1000} s and was ended. Raise kb.capture.timeoutMs in paios.json, or capture a part of it.`);
}

function noText(kind: Kind): UserError {
  if (kind === "pdf") return new UserError("bad_input", "The PDF holds no text; it may be a scan. Run text recognition on it first.");
  return new UserError("bad_input", "The document holds no readable text. Nothing was captured.");
}
