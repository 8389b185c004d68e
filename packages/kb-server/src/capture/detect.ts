import { listArchive } from "./archive.ts";
import { charsetOf, decode } from "./charset.ts";

export type Kind = "html" | "pdf" | "docx" | "markdown" | "text" | "subtitles" | "audio" | "video" | "image" | "unknown";

export interface Detected {
  kind: Kind;
  contentType: string;
  /** Of texts only. */
  charset?: string;
}

/**
 * What bytes are: by the bytes, then by what the text looks like, then by the name (`notes.md`) and by `declared`, a
 * Content-Type header, which both may be wrong.
 */
export async function detect(bytes: Uint8Array, name: string, declared?: string): Promise<Detected> {
  if (startsWith(bytes, [0x50, 0x4b, 0x03, 0x04])) return detectArchive(bytes);
  if (Buffer.from(bytes.subarray(0, 1_024)).includes("%PDF-")) return { kind: "pdf", contentType: "application/pdf" };
  const charset = charsetOf(bytes, declared);
  // Loaded when the first document comes: a server that captures nothing does without.
  const { fileTypeFromBuffer } = await import("file-type");
  const found = charset.startsWith("utf-16") ? undefined : await fileTypeFromBuffer(bytes.subarray(0, 65_536)).catch(() => undefined);
  const known = found && kindOfType(found.mime);
  if (known) return { kind: known, contentType: found.mime };
  const head = decode(bytes.subarray(0, 65_536), charset);
  if (isBinary(head)) return { kind: "unknown", contentType: found?.mime ?? "application/octet-stream" };
  const kind = kindOfText(head, extension(name), mediaType(declared));
  return { kind, contentType: textTypes[kind] ?? "text/plain", charset };
}

const textTypes: Partial<Record<Kind, string>> = { html: "text/html", markdown: "text/markdown", subtitles: "text/vtt", image: "image/svg+xml" };
const docxType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/** The library would unpack parts of an archive to tell its type; names in the directory are enough. */
function detectArchive(bytes: Uint8Array): Detected {
  const isDocx = listArchive(bytes)?.some(({ name }) => name === "word/document.xml") ?? false;
  return isDocx ? { kind: "docx", contentType: docxType } : { kind: "unknown", contentType: "application/zip" };
}

/** Undefined for texts, which are told apart by looking at them. */
function kindOfType(mime: string): Kind | undefined {
  if (mime.startsWith("audio/")) return "audio";
  if (mime.startsWith("video/") || mime === "application/ogg" || mime === "application/vnd.ms-asf") return "video";
  if (mime.startsWith("image/") && mime !== "image/svg+xml") return "image";
  return mime.startsWith("text/") || mime.includes("xml") || mime.includes("json") ? undefined : "unknown";
}

function kindOfText(head: string, extension: string, declared: string): Kind {
  const text = head.trimStart();
  if (/^WEBVTT(?:\s|$)/.test(text) || subRip.test(text.slice(0, 500))) return "subtitles";
  const opening = withoutPreamble(text).slice(0, 500);
  if (/^<svg[\s>]/i.test(opening)) return "image";
  if (htmlOpening.test(opening)) return "html";
  const saysHtml = declared === "text/html" || declared === "application/xhtml+xml" || extension === "html" || extension === "htm" || extension === "xhtml";
  if (saysHtml && /<\/?[a-z][a-z0-9]{0,15}[\s/>]/i.test(text)) return "html";
  if (extension === "md" || extension === "markdown" || declared === "text/markdown") return "markdown";
  if (looksLikeMarkdown(text)) return "markdown";
  return "text";
}

const subRip = /^\d{1,6}[ \t]{0,4}\r?\n\d{1,3}:\d\d:\d\d[,.]\d{1,3}[ \t]{0,4}-->/;
const htmlOpening = /^<(?:!doctype\s+html|html|head|body|title|meta|link|script|style|div|p|h[1-6]|table|article|main|section|header|nav|ul|ol|dl|img|span|center|font|form)[\s/>]/i;

/** Past comments, the XML declaration and processing instructions. */
function withoutPreamble(text: string): string {
  let rest = text;
  for (let part = 0; part < 20; part++) {
    const close = rest.startsWith("<!--") ? "-->" : rest.startsWith("<?") ? ">" : undefined;
    const end = close === undefined ? -1 : rest.indexOf(close, 2);
    if (close === undefined || end < 0) return rest;
    rest = rest.slice(end + close.length).trimStart();
  }
  return rest;
}

/** Front matter, or two different signs of Markdown. */
function looksLikeMarkdown(text: string): boolean {
  const start = text.slice(0, 8_000);
  if (/^---\r?\n[\w-]{1,40}:/.test(start)) return true;
  const signs = [/^#{1,6} \S/m, /^(?:```|~~~)/m, /\]\((?:https?:|\/|\.|#)/, /^\s{0,3}[-*] \S/m, /\*\*\S/, /^\|[ :|-]{3,200}\|[ \t]*$/m];
  return signs.filter((sign) => sign.test(start)).length >= 2;
}

/** More than a trace of control characters: no text that a person wrote. */
function isBinary(head: string): boolean {
  // oxlint-disable-next-line no-control-regex -- these are what is counted
  const controls = head.match(/[\u0000-\u0008\u000E-\u001A\u001C-\u001F]/g)?.length ?? 0;
  return controls * 100 > head.length;
}

function extension(name: string): string {
  return /\.([a-z0-9]{1,10})$/i.exec(name)?.[1]?.toLowerCase() ?? "";
}

function mediaType(declared = ""): string {
  return (declared.split(";")[0] ?? "").trim().toLowerCase();
}

function startsWith(bytes: Uint8Array, signature: number[]): boolean {
  return signature.every((byte, at) => bytes[at] === byte);
}
