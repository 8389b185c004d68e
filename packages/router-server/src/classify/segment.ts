import { isCodeLine } from "./code-line.ts";

/** What a person asks, apart from what they quote, fence or paste. */
export interface Segments {
  instruction: string;
  /** Quoted, fenced or pasted: what it says is not asked of us. */
  material: string;
  fences: number;
  /** Lines that look like code, logs or a diff. */
  codeLines: number;
  diffLines: number;
  logLines: number;
  materialChars: number;
  quotes: number;
}

const keptParagraph = 700;
const shortParagraph = 300;
const closings: Record<string, string> = { '"': '"', "“": "”", "„": "“", "«": "»", "「": "」", "『": "』" };
const systemTags = ["system-reminder", "task-notification", "command-message", "local-command-stdout"];
const quoteChars = 2_000;

/** Splits a task in one pass over its lines and one over the characters of what is left. */
export function segment(task: string): Segments {
  const found: Segments = { instruction: "", material: "", fences: 0, codeLines: 0, diffLines: 0, logLines: 0, materialChars: 0, quotes: 0 };
  const paragraphs: string[][] = [[]];
  let fence = "";
  for (const line of withoutSystemEvents(task).split("\n")) {
    const trimmed = line.trim();
    const marker = trimmed.startsWith("```") ? "```" : trimmed.startsWith("~~~") ? "~~~" : "";
    if (fence !== "") {
      if (marker === fence) fence = "";
      else toMaterial(found, line);
      continue;
    }
    if (marker !== "" && !trimmed.slice(3).includes(marker)) {
      fence = marker;
      found.fences++;
      found.codeLines++;
      continue;
    }
    if (trimmed === "") {
      if (paragraphs.at(-1)?.length) paragraphs.push([]);
      continue;
    }
    if (trimmed.startsWith(">") || isCodeLine(trimmed) !== undefined) toMaterial(found, line);
    else paragraphs.at(-1)?.push(line);
  }
  const said = paragraphs.filter(({ length }) => length > 0).map((lines) => lines.join("\n"));
  found.instruction = withoutQuotes(asked(said, found), found);
  return found;
}

/** Of several paragraphs the first and a short last one ask; a long text between them is what they are about. */
function asked(paragraphs: string[], found: Segments): string {
  const total = paragraphs.reduce((sum, { length }) => sum + length, 0);
  if (paragraphs.length <= 1 || total <= shortParagraph * 2) return announced(paragraphs, found);
  const first = paragraphs[0] ?? "";
  const last = paragraphs.at(-1) ?? "";
  const kept = [first.slice(0, keptParagraph), ...(last.length <= shortParagraph ? [last] : [])];
  for (const paragraph of paragraphs.slice(1, last.length <= shortParagraph ? -1 : undefined)) toMaterial(found, paragraph);
  return kept.join("\n");
}

/** "Summarise this:" and then a paragraph: what follows the colon is material. */
function announced(paragraphs: string[], found: Segments): string {
  const colon = paragraphs.findIndex((paragraph, at) => at < paragraphs.length - 1 && paragraph.trimEnd().endsWith(":"));
  if (colon < 0) return paragraphs.join("\n");
  for (const paragraph of paragraphs.slice(colon + 1)) toMaterial(found, paragraph);
  return paragraphs.slice(0, colon + 1).join("\n");
}

/** Quoted spans and inline code go; an apostrophe is no quote. */
function withoutQuotes(text: string, found: Segments): string {
  let rest = "";
  const seen = new Map<string, number>();
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? "";
    const close = char === "`" ? "`" : char === "'" && opensQuote(text, at) ? "'" : closings[char];
    const end = close === undefined ? -1 : closingAt(text, at + 1, close, seen);
    if (end < 0) {
      rest += char;
      continue;
    }
    if (char === "`") found.codeLines++;
    else found.quotes++;
    toMaterial(found, text.slice(at + 1, end));
    rest += " ";
    at = end;
  }
  return rest;
}

/** Each closing sign is looked for once: `seen` has where the next one stands. */
function closingAt(text: string, from: number, close: string, seen: Map<string, number>): number {
  const known = seen.get(close);
  const end = known !== undefined && (known >= from || known < 0) ? known : text.indexOf(close, from);
  seen.set(close, end);
  return end >= 0 && end - from <= quoteChars ? end : -1;
}

/** 'so' but not don't: after a space, and closed before a space or the end. */
function opensQuote(text: string, at: number): boolean {
  if (at > 0 && !" \n(:".includes(text[at - 1] ?? "")) return false;
  const end = text.slice(at + 1, at + 1 + quoteChars).indexOf("'") + at + 1;
  return end > at + 1 && !/[\p{L}\p{N}]/u.test(text[end + 1] ?? " ");
}

function withoutSystemEvents(task: string): string {
  let rest = task;
  for (const tag of systemTags) {
    for (let start = rest.indexOf(`<${tag}`); start >= 0; start = rest.indexOf(`<${tag}`, start)) {
      const end = rest.indexOf(`</${tag}>`, start);
      rest = rest.slice(0, start) + (end < 0 ? "" : rest.slice(end + tag.length + 3));
    }
  }
  return rest;
}

function toMaterial(found: Segments, line: string): void {
  found.materialChars += line.length;
  if (found.material.length < keptParagraph) found.material += `${line.slice(0, keptParagraph)}\n`;
  const kind = isCodeLine(line.trim());
  if (kind === "diff") found.diffLines++;
  else if (kind === "log") found.logLines++;
  else if (kind === "code") found.codeLines++;
}
