import { structuredPatch } from "diff";
import { maskedLines } from "./mask.ts";

const contextLines = 3;
const timeLimitMs = 1_000;
const shownLineChars = 1_000;

/**
 * A unified diff with 3 lines of context, for a person to read: values of secret keys are masked, control characters
 * shown as �, lines cut after 1,000 characters. "" when the texts are the same.
 */
export function unifiedDiff(path: string, before: string | undefined, after: string | undefined): string {
  if (before === after) return "";
  const head = `--- ${before === undefined ? "/dev/null" : path}\n+++ ${after === undefined ? "/dev/null" : path}\n`;
  const patch = structuredPatch(path, path, before ?? "", after ?? "", "", "", { context: contextLines, timeout: timeLimitMs });
  if (!patch) return `${head}@@ too much differs to be shown line by line: ${countOf(before)} lines become ${countOf(after)} @@\n`;
  const masked = { before: maskedLines(linesOf(before)), after: maskedLines(linesOf(after)) };
  const hunks = patch.hunks.map(({ oldStart, oldLines, newStart, newLines, lines }) => {
    let [old, fresh] = [oldStart - 1, newStart - 1];
    const shown = lines.map((line) => {
      const sign = line.slice(0, 1);
      if (sign === "\\") return line;
      const text = sign === "-" ? masked.before[old] : masked.after[fresh];
      if (sign !== "+") old++;
      if (sign !== "-") fresh++;
      return sign + readable(text ?? "");
    });
    return `@@ -${rangeOf(oldStart, oldLines)} +${rangeOf(newStart, newLines)} @@\n${shown.join("\n")}\n`;
  });
  return head + hunks.join("");
}

function linesOf(text = ""): string[] {
  return text.split("\n");
}

function countOf(text = ""): number {
  return linesOf(text).length - (text === "" || text.endsWith("\n") ? 1 : 0);
}

/** An empty range is named by the line before it. */
function rangeOf(start: number, lines: number): string {
  return `${lines === 0 ? start - 1 : start},${lines}`;
}

function readable(line: string): string {
  const end = line.endsWith("\r") ? "\r" : "";
  const text = line.slice(0, line.length - end.length).replace(/[^\P{Cc}\t]/gu, "�");
  return (text.length > shownLineChars ? `${text.slice(0, shownLineChars)}… (${text.length} characters)` : text) + end;
}
