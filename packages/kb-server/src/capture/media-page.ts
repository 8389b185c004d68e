import { cleanLine } from "./clean.ts";
import { decodeEntities } from "./strip-tags.ts";
import { tokenise } from "./tags.ts";

export interface MediaPage {
  /** The page is there for a video or a sound, not for its text. */
  isMain: boolean;
  title: string;
  /** Caption files, the most fitting first. */
  tracks: string[];
  /** The video or audio itself. */
  sources: string[];
}

const readChars = 2_000_000;
const articleChars = 3_000;

/** What a page says about the video or audio on it. */
export function readMediaPage(html: string, base: URL): MediaPage {
  const meta = new Map<string, string>();
  const tracks: { url: string; rank: number }[] = [];
  const sources: string[] = [];
  let players = 0;
  let textChars = 0;
  let title = "";
  let language = "en";
  let inTitle = false;
  for (const token of tokenise(html.slice(0, readChars))) {
    if (token.type === "text") {
      if (inTitle) title ||= token.text;
      else textChars += token.text.trim().length;
      continue;
    }
    inTitle = token.type === "open" && token.name === "title";
    if (token.type === "close") continue;
    const { name, attributes } = token;
    const address = resolved(attributes["src"], base);
    if (name === "html") language = attributes["lang"]?.slice(0, 2).toLowerCase() || language;
    if (name === "meta") meta.set((attributes["property"] ?? attributes["name"] ?? "").toLowerCase(), attributes["content"] ?? "");
    if (name === "video" || name === "audio") players++;
    if (address && (name === "video" || name === "audio" || (name === "source" && players > 0))) sources.push(address);
    if (address && name === "track" && /^(?:subtitles|captions|)$/i.test(attributes["kind"] ?? "")) tracks.push({ url: address, rank: rank(attributes, language) });
  }
  const declared = [meta.get("og:video:secure_url"), meta.get("og:video:url"), meta.get("og:video"), meta.get("og:audio")];
  // An embedded player is a page, not a video.
  if (!/^text\/html/i.test(meta.get("og:video:type") ?? "")) sources.push(...declared.map((url) => resolved(url, base)).filter((url) => url !== undefined));
  const hasMedia = players > 0 || declared.some((url) => url !== undefined);
  return {
    isMain: hasMedia && (/^(?:video|music)/i.test(meta.get("og:type") ?? "") || textChars < articleChars),
    title: cleanLine(decodeEntities(meta.get("og:title") || title)),
    tracks: tracks.toSorted((a, b) => a.rank - b.rank).map(({ url }) => url),
    sources: [...new Set(sources)],
  };
}

function rank(attributes: Record<string, string>, language: string): number {
  const spoken = (attributes["srclang"] ?? "").slice(0, 2).toLowerCase();
  if (spoken === language) return 0;
  if (attributes["default"] !== undefined) return 1;
  return spoken === "en" ? 2 : 3;
}

function resolved(address: string | undefined, base: URL): string | undefined {
  const url = address ? URL.parse(decodeEntities(address), base.href) : null;
  return url && (url.protocol === "http:" || url.protocol === "https:") ? url.href : undefined;
}
