import type { Segments } from "./segment.ts";
import { themesIn } from "./themes.ts";

/** Buckets that features are hashed into: a power of two. */
export const buckets = 32_768;
const readWords = 90;
const lastWords = 30;
const longWord = 18;

export interface AttachmentShape {
  name?: string | undefined;
  path?: string | undefined;
  mimeType?: string | undefined;
}

/** Hashed features of a task with their values: word features weigh together as much in a long task as in a short one. */
export interface Features {
  indices: Uint16Array;
  values: Float32Array;
  /** Words of the instruction. */
  words: number;
}

/** Words, word pairs, parts of words and the shape of what was pasted. */
export function featuresOf(segments: Segments, attachments: readonly AttachmentShape[]): Features {
  const words = wordsOf(segments.instruction);
  const lexical = new Set<number>();
  const head = words.length > readWords + lastWords ? [...words.slice(0, readWords), ...words.slice(-lastWords)] : words;
  for (const [at, word] of head.entries()) {
    lexical.add(hash(1, word));
    const next = head[at + 1];
    if (next !== undefined) lexical.add(hash(2, word, next));
    const after = head[at + 2];
    if (after !== undefined) lexical.add(hash(3, word, after));
    addParts(lexical, word);
  }
  const shape = new Set<number>([...shapeOf(segments, words, attachments), ...themesIn(head)].map((name) => hash(9, name)));
  if (words[0] !== undefined) shape.add(hash(4, words[0]));
  if (words[1] !== undefined) shape.add(hash(5, words[0] ?? "", words[1]));
  if (words.length > 2) shape.add(hash(6, words.at(-1) ?? ""));
  const indices = new Uint16Array(lexical.size + shape.size);
  const values = new Float32Array(indices.length);
  const share = 4 / Math.sqrt(Math.max(lexical.size, 16));
  let at = 0;
  for (const index of lexical) {
    indices[at] = index;
    values[at++] = share;
  }
  for (const index of shape) {
    indices[at] = index;
    values[at++] = 0.7;
  }
  return { indices, values, words: words.length };
}

/** Lower case, numbers as one, a sign of another script as a word of its own. */
function wordsOf(text: string): string[] {
  const words: string[] = [];
  let word = "";
  const end = () => {
    if (word !== "") words.push(word);
    word = "";
  };
  for (const char of text.normalize("NFKC").toLowerCase()) {
    const code = char.codePointAt(0) ?? 0;
    if (isIdeograph(code)) {
      end();
      words.push(char);
    } else if (code < 128 ? isAsciiWord(code) : isLetter(char)) word += code >= 48 && code <= 57 ? "0" : char;
    else end();
  }
  end();
  return words;
}

/** Parts of three to five letters, with its ends marked: other forms of a word share most of them. */
function addParts(into: Set<number>, word: string): void {
  if (word.length < 3) return;
  const marked = `_${word.slice(0, longWord)}_`;
  for (let length = 3; length <= 5; length++) for (let at = 0; at + length <= marked.length; at++) into.add(hash(10 + length, marked.slice(at, at + length)));
}

function shapeOf(segments: Segments, words: readonly string[], attachments: readonly AttachmentShape[]): string[] {
  const { instruction, material, fences, codeLines, diffLines, logLines, materialChars } = segments;
  const shape = [`length ${Math.min(6, Math.floor(Math.log2(words.length + 1)))}`];
  if (fences > 0) shape.push("fence");
  if (codeLines > 0) shape.push("code", ...(codeLines > 4 ? ["much code"] : []));
  if (diffLines > 1) shape.push("diff");
  if (logLines > 0) shape.push("log");
  if (materialChars > 0 && codeLines + diffLines + logLines === 0) shape.push("pasted prose", ...(materialChars > 400 ? ["much prose"] : []));
  if (materialChars === 0 && material === "") shape.push("nothing pasted");
  if (instruction.trimEnd().endsWith("?")) shape.push("question");
  if (instruction.includes("://")) shape.push("address");
  const digits = count(instruction, (code) => code >= 48 && code <= 57);
  if (digits > 2) shape.push("digits", ...(digits > 8 ? ["many digits"] : []));
  if (count(instruction, (code) => code === 43 || code === 61 || code === 215 || code === 94 || code === 37) > 1) shape.push("sums");
  for (const ending of fileEndings(instruction)) shape.push(`file ${ending}`);
  if (/(^|\s)[aA][).] .{1,80}[bB][).] /s.test(instruction.slice(-600))) shape.push("choices");
  if (count(instruction, (code) => code === 123 || code === 125 || code === 59 || code === 95 || code === 40) > 3) shape.push("signs of code");
  for (const { name = "", path = "", mimeType = "" } of attachments) shape.push(`attached ${kindOf(name || path, mimeType)}`);
  return shape;
}

const kinds: Record<string, readonly string[]> = {
  image: ["png", "jpg", "jpeg", "gif", "webp", "heic", "bmp", "tiff", "svg", "avif"],
  code: ["py", "ts", "js", "tsx", "jsx", "go", "rs", "java", "c", "cpp", "h", "cs", "rb", "php", "swift", "kt", "sql", "sh", "html", "css", "json", "yaml", "yml", "toml", "ipynb"],
  diff: ["diff", "patch"],
  sound: ["mp3", "wav", "m4a", "ogg", "flac"],
  film: ["mp4", "mov", "mkv", "webm"],
};

/** "image", "code", … by MIME type or the name's ending. */
export function kindOf(name: string, mimeType: string): string {
  const [group] = mimeType.split("/");
  if (group === "image") return "image";
  if (group === "audio") return "sound";
  if (group === "video") return "film";
  const ending = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
  return Object.entries(kinds).find(([, endings]) => endings.includes(ending))?.[0] ?? "document";
}

/** The kinds of the files that the instruction names: "tests/app.py" is code. */
function fileEndings(instruction: string): string[] {
  const found = new Set<string>();
  for (const word of instruction.slice(0, 2_000).split(/\s+/)) {
    const at = word.lastIndexOf(".");
    if (at > 0 && at < word.length - 1) found.add(kindOf(word.replace(/[^\p{L}\p{N}]+$/u, ""), ""));
  }
  found.delete("document");
  return [...found];
}

function count(text: string, test: (code: number) => boolean): number {
  let found = 0;
  const length = Math.min(text.length, 1_000);
  for (let at = 0; at < length; at++) if (test(text.charCodeAt(at))) found++;
  return found;
}

function isAsciiWord(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || code === 95 || code === 43 || code === 35;
}

function isLetter(char: string): boolean {
  return /[\p{L}\p{M}\p{N}]/u.test(char);
}

/** Chinese, Japanese and Korean write without spaces, or with few. */
function isIdeograph(code: number): boolean {
  return (code >= 0x3040 && code <= 0x30ff) || (code >= 0x3400 && code <= 0x9fff) || (code >= 0xac00 && code <= 0xd7af);
}

/** FNV-1a over the parts, folded into the buckets. */
function hash(kind: number, first: string, second = ""): number {
  let value = 0x811c9dc5 ^ kind;
  for (let at = 0; at < first.length; at++) value = Math.imul(value ^ first.charCodeAt(at), 0x01000193);
  value = Math.imul(value ^ 0xff, 0x01000193);
  for (let at = 0; at < second.length; at++) value = Math.imul(value ^ second.charCodeAt(at), 0x01000193);
  return (value ^ (value >>> 15)) & (buckets - 1);
}
