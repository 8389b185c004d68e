/** C0 and C1 but tab and line end, soft hyphens, zero-width spaces, bidi overrides, tags; joiners stay, words need them. */
const unwanted =
  // oxlint-disable-next-line no-control-regex, no-misleading-character-class -- these are what is removed
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u00AD\u200B\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB\p{Noncharacter_Code_Point}\u{E0000}-\u{E0FFF}]/gu;

/** Foreign text as we store it: well-formed, `\n` line ends, no control characters, no runs of blank lines. */
export function cleanText(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?|\u2028|\u2029|\u0085/g, "\n")
    .replace(unwanted, "")
    .replace(/\u00A0/g, " ")
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .replace(/^\n+/, "")
    .trimEnd();
}

/** One line of at most `length` characters, cut between characters. */
export function cleanLine(text: string, length = 300): string {
  const line = cleanText(text.slice(0, length * 4)).replace(/\s+/g, " ").trim();
  return line.length <= length ? line : `${line.slice(0, length - 1).toWellFormed().replace(/\uFFFD$/, "").trimEnd()}…`;
}
