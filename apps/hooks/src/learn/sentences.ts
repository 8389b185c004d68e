const maxChars = 320;
const leastChars = 15;

/** Sentences and list items of prose; code blocks, headings' marks and emphasis are left out. */
export function sentencesOf(text: string): string[] {
  const prose = text.replace(/```[\s\S]*?(?:```|$)/g, "\n").replace(/^[ \t]*(?:#{1,6}|[-*+]|\d+[.)]|>)\s+/gm, "\n").replace(/[*_]{2}/g, "");
  return prose
    .split(/(?<=[.!?…])\s+(?=[\p{Lu}\p{N}"'`(])|\n{1,}/u)
    .map((sentence) => sentence.replace(/\s+/g, " ").trim())
    .filter((sentence) => sentence.length >= leastChars)
    .map((sentence) => clip(sentence, maxChars));
}

/** Cut at a word, with a sign that it was. */
export function clip(text: string, chars: number): string {
  if (text.length <= chars) return text;
  const cut = text.slice(0, chars);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(" "), chars / 2)).trimEnd()} …`;
}
