import { Readability } from "@mozilla/readability";
import { parseHTML } from "linkedom";
import { prune } from "./prune.ts";
import { decodeEntities, stripTags } from "./strip-tags.ts";
import { toMarkdown } from "./to-markdown.ts";

export interface Parsed {
  title: string;
  text: string;
}

const shortArticle = 250;
const boilerplate = "nav, header, footer, aside, form, [hidden], [aria-hidden=true], [role=navigation], [role=banner], [role=contentinfo]";

/** The article of a page as Markdown; the whole page where no article is found; its bare text where nothing else works. */
export function parsePage(html: string, maxChars: number, url?: string): Parsed {
  const pruned = prune(html);
  if (pruned.tooMany) return stripTags(html, maxChars);
  try {
    const { document } = parseHTML(pruned.html);
    const heading: string = document.querySelector("h1")?.textContent?.trim() ?? "";
    const ownTitle: string = document.querySelector('meta[property="og:title"]')?.getAttribute("content") ?? "";
    const bodyChars: number = document.body.textContent.trim().length;
    const article = new Readability(document, { disableJSONLD: true, keepClasses: true, serializer: (node) => node }).parse();
    const text = article?.content ? toMarkdown(article.content, url) : "";
    const pageTitle = article?.title || decodeEntities(ownTitle || pruned.title);
    // "How bridges stand - Example Site"
    const title = heading !== "" && pageTitle.includes(heading) ? heading : pageTitle || heading;
    // A short find on a long page is a teaser or a cookie notice.
    const isArticle = text.length >= shortArticle || text.length * 2 >= bodyChars;
    return { title, text: isArticle ? text : wholePage(pruned.html, url) || text };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return stripTags(html, maxChars);
  }
}

/** An HTML that is all content, as a document converter makes it. */
export function parseFragment(html: string, maxChars: number): Parsed {
  const pruned = prune(html);
  if (pruned.tooMany) return stripTags(html, maxChars);
  const { document } = parseHTML(pruned.html);
  const heading: string = document.querySelector("h1, h2")?.textContent?.trim() ?? "";
  return { title: heading, text: toMarkdown(document.body) };
}

function wholePage(html: string, url?: string): string {
  const { document } = parseHTML(html);
  for (const node of document.querySelectorAll(boilerplate)) node.remove();
  const main = document.querySelector("main, [role=main]");
  const text: string = main ? toMarkdown(main, url) : "";
  return text.length >= shortArticle ? text : toMarkdown(document.body, url);
}
