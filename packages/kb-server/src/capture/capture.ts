import { createHash } from "node:crypto";
import { basename } from "node:path";
import { UserError } from "@paios/shared/errors";
import { analyse, type Analysis } from "./analyse.ts";
import { decode } from "./charset.ts";
import { cleanLine, cleanText } from "./clean.ts";
import type { CaptureConfig } from "./config.ts";
import { detect, type Detected, type Kind } from "./detect.ts";
import { fetchGuarded, type FetchOptions } from "./fetch.ts";
import { type MediaInput, type MediaText, noTranscript, readMedia } from "./media.ts";
import { readMediaPage } from "./media-page.ts";
import { maxTextChars, parseBytes, type ParsedDocument, type ParseLimits } from "./parse.ts";
import { readAllowedFile } from "./read-file.ts";

export interface Captured {
  title: string;
  /** Clean Markdown; foreign text, to be fenced wherever it is shown. */
  text: string;
  kind: "page" | "document" | "transcript" | "note";
  contentType: string;
  /** The final URL, or the absolute path with links resolved. */
  source: string;
  requested: string;
  /** Size and SHA-256 of what was fetched or read. */
  bytes: number;
  sha256: string;
  analysis: Analysis;
  /** What a reader should know, such as "cut at 2,000,000 characters". */
  notes: string[];
}

export interface CaptureOptions {
  config: CaptureConfig;
  signal: AbortSignal;
  progress: (done: number, total: number, message: string) => void;
  /** For tests: how names are resolved, and which programs are looked for. */
  internal?: { lookup?: FetchOptions["lookup"]; ytDlp?: string; pandoc?: string; pdftotext?: string };
}

const steps = 100;
const pageBytes = 4_000_000;
const kinds: Partial<Record<Kind, Captured["kind"]>> = { html: "page", pdf: "document", docx: "document", markdown: "note", text: "note", subtitles: "transcript" };

/**
 * Fetches a web address, or reads a file from an allowed folder, and makes clean Markdown with a summary of it. Throws
 * `UserError` for whatever is refused, not there, too large, too slow or without text.
 */
export async function capture(target: string, options: CaptureOptions): Promise<Captured> {
  const { signal, progress } = options;
  signal.throwIfAborted();
  progress(0, steps, "fetching");
  const original = await read(target, options);
  if (original.bytes.length === 0) throw new UserError("bad_input", "There is nothing in it: it is empty. Nothing was captured.");
  progress(50, steps, "reading");
  const detected = await detect(original.bytes, original.name, original.declared);
  const media = await readTranscript(original, detected, options);
  const content = media.found ?? (await readDocument(original, detected, options, media));
  signal.throwIfAborted();
  progress(95, steps, "analysing");
  const title = content.title || titleFromName(original.name);
  const captured: Captured = {
    title,
    text: content.text,
    kind: media.found ? "transcript" : (kinds[detected.kind] ?? "document"),
    contentType: detected.contentType,
    source: original.source,
    requested: target,
    bytes: original.bytes.length,
    sha256: createHash("sha256").update(original.bytes).digest("hex"),
    analysis: analyse(content.text, title),
    notes: content.notes,
  };
  progress(steps, steps, "done");
  return captured;
}

interface Original {
  bytes: Buffer;
  source: string;
  url: URL | undefined;
  name: string;
  declared: string | undefined;
}

async function read(target: string, options: CaptureOptions): Promise<Original> {
  const { config, signal } = options;
  if (!/^https?:/i.test(target)) {
    const { path, bytes } = await readAllowedFile(target, { folders: config.folders, maxBytes: config.maxBytes, signal });
    return { bytes, source: path, url: undefined, name: basename(path), declared: undefined };
  }
  const { url, bytes, contentType } = await fetchGuarded(target, fetchOptions(options));
  return { bytes, source: url.href, url, name: lastPart(url), declared: contentType };
}

function fetchOptions({ config, signal, progress, internal }: CaptureOptions): FetchOptions {
  const { allowPrivateAddresses, maxBytes, timeoutMs, maxRedirects } = config;
  let told = 0;
  const report = (done: number, total: number | undefined) => {
    const share = Math.min(49, Math.floor((50 * done) / (total ?? maxBytes)));
    if (share > told) progress((told = share), steps, "fetching");
  };
  return { allowPrivateAddresses, maxBytes, timeoutMs, maxRedirects, signal, progress: report, lookup: internal?.lookup };
}

async function readDocument(original: Original, { kind, charset }: Detected, options: CaptureOptions, media: Media): Promise<ParsedDocument> {
  const { config, internal, signal } = options;
  const limits: ParseLimits = { timeoutMs: config.timeoutMs, memoryMb: config.parserMemoryMb, pandoc: internal?.pandoc, pdftotext: internal?.pdftotext };
  try {
    const parsed = await parseBytes(original.bytes, { kind, name: original.name, charset, url: original.url?.href }, limits, signal);
    return media.isMain ? { ...parsed, notes: ["no captions; described by the page's own text only", ...parsed.notes] } : parsed;
  } catch (error) {
    throw media.isMain && error instanceof UserError && error.code === "bad_input" ? noTranscript() : error;
  }
}

interface Media {
  /** The target is audio, video, or a page that is there for one. */
  isMain: boolean;
  found: MediaText | undefined;
}

async function readTranscript(original: Original, { kind, contentType, charset }: Detected, options: CaptureOptions): Promise<Media> {
  const isMedia = kind === "audio" || kind === "video";
  const page = kind === "html" && original.url ? readMediaPage(decode(original.bytes.subarray(0, pageBytes), charset ?? "utf-8"), original.url) : undefined;
  if (!isMedia && !page?.isMain) return { isMain: false, found: undefined };
  options.progress(55, steps, "looking for captions");
  const input: MediaInput = { url: original.url, media: isMedia ? { bytes: original.bytes, contentType } : undefined, page };
  const found = await readMedia(input, { config: options.config, fetch: { ...fetchOptions(options), progress: undefined }, ytDlp: options.internal?.ytDlp ?? "yt-dlp" });
  if (!found) return { isMain: true, found };
  const text = cleanText(found.text.slice(0, maxTextChars));
  const notes = found.text.length > maxTextChars ? [...found.notes, "cut at 2,000,000 characters"] : found.notes;
  return { isMain: true, found: { title: cleanLine(found.title), text, notes } };
}

function lastPart(url: URL): string {
  const part = url.pathname.split("/").findLast((piece) => piece !== "") ?? url.hostname;
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function titleFromName(name: string): string {
  return cleanLine(name.replace(/\.[a-z0-9]{1,8}$/i, "").replace(/[_-]+/g, " ")) || "Untitled";
}
