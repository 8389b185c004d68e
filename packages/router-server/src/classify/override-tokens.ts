/** A word, one sign of a language without spaces, a break between clauses, or a whole name of a brain. */
export interface Token {
  /** Lower case; START and END are the ends of the text, "," "." ":" "—" "(" ")" are breaks. */
  word: string;
  start: number;
  end: number;
  isBreak: boolean;
  isCapital: boolean;
  brain?: string;
  /** What is joined to the name: the "s" of "Claude's", the "e" of "Codex'e". */
  ending?: string;
  /** "the gateway", "codex" as a common noun: a name only where it is handed something. */
  isPlain?: boolean;
}

const oneSign = "\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}ー";
const pieces = new RegExp(`[${oneSign}]|[[\\p{L}\\p{M}\\p{N}'’]--[${oneSign}]]+|[^\\s]|\\n`, "gv");
const isWordSign = /[\p{L}\p{N}]/u;
const anyName = /claude|codex|gemini|openclaw|gateway|ollama|lokal|local|クロード|コーデックス|ジェミニ|клод|кодекс|джемини|гемини|클로드|코덱스|제미나이|本地模型/iu;

const names: readonly [brain: string, ...words: string[]][] = [
  ["claude", "claude"], ["claude", "クロード"], ["claude", "клод"], ["claude", "클로드"],
  ["codex", "codex"], ["codex", "コーデックス"], ["codex", "кодекс"], ["codex", "코덱스"],
  ["gemini", "gemini"], ["gemini", "ジェミニ"], ["gemini", "джемини"], ["gemini", "гемини"], ["gemini", "제미나이"],
  ["gateway", "openclaw", "gateway"], ["gateway", "openclaw"], ["gateway", "the", "gateway"], ["gateway", "our", "gateway"], ["gateway", "das", "gateway"], ["gateway", "le", "gateway"], ["gateway", "el", "gateway"],
  ["local", "local", "model"], ["local", "local", "llm"], ["local", "local", "brain"], ["local", "lokale", "modell"], ["local", "lokalen", "modell"], ["local", "lokale", "model"], ["local", "modèle", "local"], ["local", "modelo", "local"], ["local", "modello", "locale"], ["local", "本地模型"], ["local", "ollama"],
];
const sequences = names.map(([brain, ...words]) => ({ brain, words: words.flatMap((word) => word.match(pieces) ?? []) }));
const initials = new Set(sequences.map(({ words }) => words[0] ?? "").filter(({ length }) => length === 1));
/** Belongs to a name that stands before it. */
const versions = new Set("code opus sonnet haiku cli pro flash ultra nano max latest agent ai".split(" "));
const makers = new Set(["openai", "google", "anthropic", "openai's", "google's", "anthropic's"]);
const breaks: Record<string, string> = { ",": ",", "、": ",", "，": ",", ".": ".", "。": ".", "．": ".", "!": ".", "?": ".", "！": ".", "？": ".", ";": ".", "；": ".", "…": ".", "\n": ".", ":": ":", "：": ":", "—": "—", "–": "—", "(": "(", "（": "(", "[": "(", ")": ")", "）": ")", "]": ")" };
const marks = new Set(["@", "&", "/", "+"]);

/** Whether any name stands in the text: what has none is left at once. */
export function namesABrain(text: string): boolean {
  return anyName.test(text);
}

/** The words and breaks of a text between START and END, each name one token. */
export function tokensOf(text: string): Token[] {
  const words = wordsOf(text);
  const tokens: Token[] = [edge("START", 0)];
  for (let at = 0; at < words.length; at++) {
    const name = nameAt(text, words, at);
    const token = name?.token ?? words[at];
    if (!token) continue;
    const last = tokens.at(-1);
    if (token.isBreak && (last?.isBreak || last?.word === "START")) continue;
    if (name && last && makers.has(last.word)) tokens.pop();
    if (name?.elided !== undefined) tokens.push({ ...edge(name.elided, name.token.start), end: name.token.start });
    tokens.push(token);
    if (name) at += name.length - 1;
  }
  if (tokens.at(-1)?.isBreak) tokens.pop();
  return [...tokens, edge("END", text.length)];
}

function edge(word: string, at: number): Token {
  return { word, start: at, end: at, isBreak: false, isCapital: false };
}

function wordsOf(text: string): Token[] {
  const words: Token[] = [];
  for (const { 0: piece, index: start } of text.matchAll(pieces)) {
    const end = start + piece.length;
    const sign = breakAt(text, piece, start);
    if (sign !== undefined) words.push({ word: sign, start, end, isBreak: true, isCapital: false });
    else if (marks.has(piece) || isWordSign.test(piece)) words.push({ word: piece.toLowerCase().replaceAll("’", "'"), start, end, isBreak: false, isCapital: piece[0] !== piece[0]?.toLowerCase() });
  }
  return words;
}

/** A full stop or colon inside "bus.c" or "10:30" parts nothing, a hyphen only between spaces. */
function breakAt(text: string, piece: string, start: number): string | undefined {
  const next = text[start + 1] ?? " ";
  if (piece === "-") return next === " " && text[start - 1] === " " ? "—" : text[start - 1] === "-" && next !== "-" && !isWordSign.test(next) ? "—" : undefined;
  if (piece === "." && isWordSign.test(next) && /[a-z0-9]/i.test(next)) return undefined;
  if (piece === ":" && /\d/.test(next)) return undefined;
  return breaks[piece];
}

function nameAt(text: string, words: readonly Token[], at: number): { token: Token; length: number; elided?: string } | undefined {
  const first = words[at];
  if (!first || first.isBreak || !mayBegin(first.word, words[at + 1]?.word)) return undefined;
  for (const { brain, words: parts } of sequences) {
    const last = words[at + parts.length - 1];
    if (!last) continue;
    const [, elided, whole] = parts.length === 1 ? (/^(d'|l'|qu'|n')?(.*)$/su.exec(first.word) ?? []) : [];
    const ending = endingOf(parts.length === 1 ? (whole ?? first.word) : last.word, parts.at(-1) ?? "");
    if (ending === undefined || !parts.slice(0, -1).every((part, offset) => words[at + offset]?.word === part)) continue;
    if (isGlued(text, first.start, last.end)) return undefined;
    if (parts[0] === "кодекс" && !first.isCapital) return undefined;
    let length = parts.length;
    while (length < parts.length + 4 && isVersion(words[at + length]) && !isGlued(text, first.start, words[at + length]?.end ?? 0)) length++;
    const end = words[at + length - 1]?.end ?? last.end;
    const isPlain = parts.length === 2 && parts[1] === "gateway" && parts[0] !== "openclaw";
    return { token: { word: "NAME", start: first.start, end, isBreak: false, isCapital: first.isCapital, brain, ending, ...(isPlain && { isPlain }) }, length, ...(elided !== undefined && { elided }) };
  }
  return undefined;
}

/** Most words are no name: they are left at a glance. */
function mayBegin(word: string, next: string | undefined): boolean {
  return word.length === 1 ? initials.has(word) : next === "gateway" || (word.length > 3 && (anyName.test(word) || word === "modèle" || word === "modelo" || word === "modello"));
}

/** What follows the name inside its word; undefined when the word is no form of it. */
function endingOf(word: string, name: string): string | undefined {
  if (!word.startsWith(name)) return undefined;
  const rest = word.slice(name.length);
  if (rest === "") return "";
  if (rest.startsWith("'")) return rest.slice(1);
  return ["a", "u", "e", "s", "em", "owi", "ie", "om", "у", "а", "ом", "е", "ем"].includes(rest) && name.length > 3 && name !== "gateway" ? rest : undefined;
}

/** "claude.md", "jean-claude", "codex_client", "claude@…": parts of another word. */
function isGlued(text: string, start: number, end: number): boolean {
  const before = text[start - 1] ?? " ";
  if ("._\\-#$=<+".includes(before) || (before === "/" && (text[start - 2] ?? " ").trim() !== "")) return true;
  const behind = text[end] ?? " ";
  if (behind === "_" || behind === "(" || behind === "<") return true;
  if (!"./\\-=@".includes(behind) || !isWordSign.test(text[end + 1] ?? " ")) return false;
  const next = /^[a-z]+|^\d+/i.exec(text.slice(end + 1, end + 12))?.[0].toLowerCase() ?? "";
  return behind !== "-" || !(versions.has(next) || /^\d/.test(next));
}

function isVersion(token: Token | undefined): boolean {
  return token !== undefined && (versions.has(token.word) || /^v?\d+$/.test(token.word));
}
