/** Lines of print become paragraphs: words that were hyphenated at a line's end are whole again. */
export function flowPdfText(text: string): string {
  return text
    .replaceAll("\f", "\n\n")
    .replace(/(\p{Ll})-\n(\p{Ll})/gu, "$1$2")
    .replace(/([\p{Ll},])\n(\p{Ll})/gu, "$1 $2");
}
