import { type Memory, noteInjected, type Recalled } from "@paios/kb-server/memory";
import { neutralise, wrapExternalContent } from "@paios/shared/external";
import type { HookContext, Handled } from "./handler.ts";

/** Under HOOK-01's 4,000, and under the 2,500 above which Codex would put it into a file. */
const maxTokens = 2_300;
const maxChars = 9_500;
const headTokens = 80;
const dayMs = 86_400_000;

/** Puts articles before the model, each in a fence of its own, and notes which and why. With nothing to say, nothing. */
export function inject(memory: Memory, recalled: readonly Recalled[], hookEventName: "SessionStart" | "UserPromptSubmit", { input, at, now }: HookContext): Handled {
  if (recalled.length === 0) return { noted: { "paios.memory.injected": 0 } };
  const each = Math.floor(maxTokens / recalled.length) - headTokens;
  const shown = recalled.map((article) => [headOf(article, now), wrapExternalContent(`${article.title}\n\n${cut(article.text, each, Math.floor(maxChars / recalled.length) - 600)}`, labelOf(article))].join("\n"));
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
  return `#${id} · ${type} · from ${neutralise(origin)} · ${ageOf(now - updatedMs)} · the whole: kb_read {"id": ${id}}`;
}

function labelOf({ type, origin, source }: Recalled): string {
  return type === "learning" ? `session of ${origin}` : source || origin;
}

function ageOf(ms: number): string {
  const days = Math.floor(Math.max(0, ms) / dayMs);
  return days === 0 ? "today" : days === 1 ? "yesterday" : `${days} days ago`;
}

/** Whole lines, as many as fit; a first line that is too long is cut. */
function cut(text: string, tokens: number, chars: number): string {
  let [kept, left] = ["", tokens];
  for (const line of text.trim().split("\n")) {
    left -= tokensOf(line) + 1;
    if (left < 0 || kept.length + line.length > chars) return `${kept || line.slice(0, Math.floor(tokens / 2))}\n…`;
    kept += `${line}\n`;
  }
  return kept.trimEnd();
}

/** More than any tokenizer makes of it: four characters of ASCII, or less than one of another script. */
function tokensOf(text: string): number {
  // oxlint-disable-next-line no-control-regex -- ASCII as a range
  const others = text.replace(/[\u0000-\u007F]+/g, "").length;
  return Math.ceil((text.length - others) / 3.5 + others * 1.2);
}
