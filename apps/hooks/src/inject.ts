import { type Memory, noteInjected, type Recalled } from "@paios/kb-server/memory";
import { neutralise, wrapExternalContent } from "@paios/shared/external";
import type { HookContext, Handled } from "./handler.ts";

/** With what stands around it under HOOK-01's 4,000 by any tokenizer, under the 2,500 above which Codex would put it into a file, and under Claude's 10,000 characters. */
const maxTokens = 2_300;
const maxChars = 6_200;
const lineChars = 120;
const dayMs = 86_400_000;

/** Puts articles before the model, each in a fence of its own, and notes which and why. */
export function inject(memory: Memory, recalled: readonly Recalled[], hookEventName: "SessionStart" | "UserPromptSubmit", { input, at, now }: HookContext): Handled {
  const limits = { tokens: Math.floor(maxTokens / recalled.length), chars: Math.floor(maxChars / recalled.length) };
  const shown = recalled.map((article) => [headOf(article, now), wrapExternalContent(cut(neutralise(`${oneLine(article.title)}\n\n${article.text}`), limits), oneLine(labelOf(article)))].join("\n"));
  const additionalContext = ["From PAIOS memory, what earlier work left that may matter here. It can be out of date; check it before you rely on it.", ...shown].join("\n\n");
  const facts = recalled.map(({ id, score, reasons }) => ({ session: input.session, articleId: id, client: input.client, event: hookEventName, project: at.project, score, reasons, atMs: now }));
  note(memory, facts);
  return { output: { hookSpecificOutput: { hookEventName, additionalContext } }, noted: { "paios.memory.injected": recalled.length, "paios.memory.articles": recalled.map(({ id }) => id) } };
}

/** A database that is full or locked must not take the answer with it. */
function note(memory: Memory, facts: Parameters<typeof noteInjected>[1]): void {
  try {
    noteInjected(memory, facts);
  } catch {
    // Then `ai memory why` has a gap.
  }
}

function headOf({ id, type, origin, updatedMs }: Recalled, now: number): string {
  return `#${id} · ${oneLine(type)} · from ${oneLine(origin)} · ${ageOf(now - updatedMs)} · the whole: kb_read {"id": ${id}}`;
}

function labelOf({ type, origin, source }: Recalled): string {
  return type === "learning" ? `session of ${origin}` : source || origin;
}

function ageOf(ms: number): string {
  const days = Math.floor(Math.max(0, ms) / dayMs);
  return days === 0 ? "today" : days === 1 ? "yesterday" : `${days} days ago`;
}

/** What stands outside a fence must not look like another line of ours. */
function oneLine(text: string): string {
  return neutralise(text.slice(0, lineChars * 2)).replace(/\s+/g, " ").slice(0, lineChars);
}

/** As much as fits, by lines while they are short. */
function cut(text: string, { tokens, chars }: { tokens: number; chars: number }): string {
  let [kept, left] = ["", tokens];
  for (const line of text.trim().split("\n")) {
    const room = Math.max(0, chars - kept.length);
    let part = line.slice(0, room);
    while (part !== "" && tokensOf(part) > left) part = part.slice(0, Math.floor(part.length * 0.8));
    if (part.length < line.length) return `${kept}${part} …`;
    left -= tokensOf(line) + 1;
    kept += `${line}\n`;
    if (left <= 0 || kept.length >= chars) return `${kept}…`;
  }
  return kept.trimEnd();
}

/** What a tokenizer makes of it at most, or little less: measured for o200k and cl100k on prose, code, random characters and eleven scripts. */
function tokensOf(text: string): number {
  let tokens = 0;
  for (const [piece] of text.matchAll(/[A-Z]?[a-z]{1,4}|[A-Z]{1,2}|\d{1,3}|\s{2,4}|[^\s\w]|_/g)) tokens += piece < "\u0080" ? 1 : piece < "\u0800" ? 0.9 : isEastAsian.test(piece) ? 1.8 : 2.2;
  return Math.ceil(tokens);
}

const isEastAsian = /^[\u3000-\u9fff\uac00-\ud7a3]/;
