import { tokenise } from "./tags.ts";

const inline = new Set("a abbr acronym b bdi bdo big cite code del dfn em font i img ins kbd label mark q s samp small span strike strong sub sup time tt u var wbr".split(" "));
const named: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " ", copy: "©", reg: "®", hellip: "…", mdash: "—", ndash: "–", lsquo: "‘", rsquo: "’", ldquo: "“", rdquo: "”", laquo: "«", raquo: "»", bull: "•", middot: "·", euro: "€" };

/** The text of a page without any structure but line breaks: for pages no parser should be given. */
export function stripTags(html: string, maxChars: number): { title: string; text: string } {
  const parts: string[] = [];
  let length = 0;
  let title = "";
  let inTitle = false;
  for (const token of tokenise(html)) {
    if (token.type === "text") {
      if (inTitle) title ||= decodeEntities(token.text.slice(0, 1_000));
      else length += parts.push(decodeEntities(token.text)) && token.text.length;
      if (length > maxChars) break;
      continue;
    }
    inTitle = token.type === "open" && token.name === "title";
    // One break is as good as a million.
    if (!inline.has(token.name) && parts.length > 0 && parts.at(-1) !== "\n") parts.push("\n");
  }
  const lines = parts.join("").split("\n").map((line) => line.trim());
  return { title, text: lines.filter((line) => line !== "").join("\n\n") };
}

export function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));/gi, (entity, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return named[name.toLowerCase()] ?? entity;
    const point = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal);
    return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : "\uFFFD";
  });
}
