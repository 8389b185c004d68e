/** A passage of an article: where it stands, under which headings, and its exact text. */
export interface Chunk {
  heading: string;
  text: string;
}

const targetChars = 1_300;
const maxChars = 1_900;
/** A heading starts a passage of its own unless the one before is still this short. */
const minChars = 240;
const maxFenceChars = 4_000;
/** A text this short is one passage: split, it would lose to longer ones what its parts say together. */
const wholeChars = 2_000;

/**
 * Cuts a text into passages of about 250 to 400 tokens at headings, turns, paragraphs and, only where it must, inside
 * them; code fences stay whole up to 4,000 characters. The passages joined are the text, character for character.
 */
export function chunk(text: string): Chunk[] {
  if (text.length <= wholeChars) return text ? [{ heading: "", text }] : [];
  const chunks: Chunk[] = [];
  const headings: string[] = [];
  let start = 0;
  let end = 0;
  let heading = "";

  const close = () => {
    if (end > start) chunks.push({ heading, text: text.slice(start, end) });
    start = end;
    heading = headings.filter(Boolean).join(" › ");
  };

  for (const block of blocks(text)) {
    const length = end - start;
    if (block.level > 0) {
      if (length >= minChars) close();
      headings.length = block.level - 1;
      headings[block.level - 1] = block.title;
      if (end === start || text.slice(start, end).trim() === "") heading = headings.filter(Boolean).join(" › ");
    } else if (length > 0 && length + block.end - block.start > targetChars && length >= minChars) {
      close();
    }
    for (const piece of pieces(text, block)) {
      if (piece - start > maxChars && end > start && !block.fence) close();
      end = piece;
      if (!block.fence && end - start >= maxChars) close();
    }
  }
  close();
  return mergeBlank(chunks);
}

interface Block {
  start: number;
  end: number;
  /** 1 to 6 for a heading. */
  level: number;
  title: string;
  fence: boolean;
}

/** Paragraphs, headings, fences and turns, each with the blank lines that follow it. */
function* blocks(text: string): Generator<Block> {
  let open: Block | undefined;
  let fence = "";
  let blank = false;
  for (const { start, end, line } of lines(text)) {
    const marker = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1] ?? "";
    if (fence) {
      if (open) open.end = end;
      if (marker.startsWith(fence) && line.trim() === marker) fence = "";
      continue;
    }
    const isBlank = line.trim() === "";
    const atx = /^(#{1,6})[ \t]+(\S.{0,200})/.exec(line);
    const breaks = !isBlank && (blank || atx || marker || (open?.level ?? 0) > 0 || turn.test(line));
    if (open && breaks) {
      yield open;
      open = undefined;
    }
    open ??= { start, end, level: atx?.[1]?.length ?? 0, title: atx?.[2]?.replace(/[#\s]+$/, "") ?? "", fence: marker !== "" };
    open.end = end;
    fence = marker;
    blank = isBlank;
  }
  if (open) yield open;
}

/** "Maya:", "[12:01] Tom:", "**User:**" at the start of a line. */
const turn = /^(?:\[[\d:. ]{3,12}\] ?)?\*{0,2}\p{L}[\p{L}\d .'’_-]{0,30}\*{0,2}:\*{0,2}(?:\s|$)/u;

function* lines(text: string): Generator<{ start: number; end: number; line: string }> {
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline + 1;
    yield { start, end, line: text.slice(start, Math.min(end, start + 2_000)) };
    start = end;
  }
}

/** Where a block may be cut: nowhere when it fits, else after sentences or lines, else between words. */
function* pieces(text: string, block: Block): Generator<number> {
  const limit = block.fence ? maxFenceChars : maxChars;
  let start = block.start;
  while (block.end - start > limit) {
    start = cutBefore(text, start, start + Math.min(limit, block.fence ? maxFenceChars : targetChars), block.fence);
    yield start;
  }
  yield block.end;
}

function cutBefore(text: string, from: number, to: number, fence: boolean): number {
  const window = text.slice(from, to);
  const candidates = fence ? ["\n"] : ["\n", ". ", "? ", "! ", "。", " "];
  for (const mark of candidates) {
    const at = window.lastIndexOf(mark);
    if (at > window.length / 2) return from + at + mark.length;
  }
  const splitsPair = /[\uD800-\uDBFF]$/.test(window);
  return splitsPair ? to - 1 : to;
}

/** Nothing but white space is no passage of its own. */
function mergeBlank(chunks: Chunk[]): Chunk[] {
  const merged: Chunk[] = [];
  for (const chunk of chunks) {
    const last = merged.at(-1);
    if (last && chunk.text.trim() === "") last.text += chunk.text;
    else if (last && last.text.trim() === "") merged[merged.length - 1] = { heading: chunk.heading, text: last.text + chunk.text };
    else merged.push(chunk);
  }
  return merged;
}
