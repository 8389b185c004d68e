import { createHash } from "node:crypto";
import { indexTerms } from "../rank/words.ts";
import { chunk } from "./chunk.ts";
import { simhash } from "./simhash.ts";

export type Trust = "person" | "agent" | "external";

interface NewSource {
  kind: "added" | "file" | "url";
  /** URL or absolute path; for what was added, whatever the caller named, or "". */
  location: string;
  origin: string;
  session?: string | undefined;
  traceId?: string | undefined;
  /** Of the raw content; by default of the text. */
  sha256?: Uint8Array;
  bytes?: number;
  modifiedMs?: number;
}

export interface NewArticle {
  title: string;
  text: string;
  type: string;
  project: string;
  tags: readonly string[];
  trust: Trust;
  source: NewSource;
  analysis?: object;
  supersedes?: number | undefined;
}

export interface PreparedChunk {
  heading: string;
  text: string;
  terms: string;
  termCount: number;
}

/** An article with all that can be computed before the database is locked. */
export interface Prepared extends NewArticle {
  textHash: Uint8Array;
  simhash: Uint8Array | undefined;
  chunks: PreparedChunk[];
  links: string[];
}

const maxTitleChars = 300;

export function prepare(article: NewArticle): Prepared {
  const title = article.title.replace(/\s+/g, " ").trim().slice(0, maxTitleChars).toWellFormed();
  const text = article.text.toWellFormed().replaceAll("\u0000", "�");
  const titleTerms = indexTerms(title).join(" ");
  const bodyTerms: string[] = [];
  const chunks = chunk(text).map((part) => {
    const body = indexTerms(part.text);
    for (const term of body) bodyTerms.push(term);
    return {
      ...part,
      terms: `${titleTerms} ${indexTerms(part.heading).join(" ")} ${body.join(" ")}`,
      termCount: body.length,
    };
  });
  return {
    ...article,
    title,
    text,
    chunks,
    textHash: createHash("sha256").update(title).update("\n").update(text).digest(),
    simhash: simhash(bodyTerms),
    links: linkTargets(text),
  };
}

/** Targets of Markdown and wiki links, as written. */
function linkTargets(text: string): string[] {
  const targets = new Set<string>();
  for (const [, inline, wiki] of text.matchAll(/\]\(([^()\s]{1,500})[^()\n]{0,200}\)|\[\[([^[\]|\n]{1,200})/g)) {
    const target = (inline ?? wiki ?? "").split("#")[0]?.trim();
    if (target) targets.add(target);
    if (targets.size >= 200) break;
  }
  return [...targets];
}
