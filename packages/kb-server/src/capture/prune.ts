import { tokenise } from "./tags.ts";

export interface Pruned {
  /** Well-formed: every tag is closed, none nests deeper than allowed. */
  html: string;
  title: string;
  /** More tags and entities than a parser should be given; `html` is not complete then. */
  tooMany: boolean;
}

const most = { nodes: 180_000, depth: 150 };
const keptAttributes = ["href", "src", "alt", "title", "class", "id", "name", "property", "content", "lang", "dir", "itemprop", "rel", "role", "hidden", "aria-hidden", "style", "datetime", "colspan"];
const voids = words("area base br col embed hr img input link meta param source track wbr");
const blocks = words("address article aside blockquote center details dialog dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr li main menu nav ol p pre section table ul");
/** What ends an element that nobody closed: opening `key` closes the nearest of `closes` that is not beyond one of `stops`. */
const implied: Record<string, { closes: Set<string>; stops: Set<string> }> = {
  li: { closes: words("li"), stops: words("ul ol menu table") },
  dt: { closes: words("dt dd"), stops: words("dl table") },
  dd: { closes: words("dt dd"), stops: words("dl table") },
  tr: { closes: words("tr"), stops: words("table") },
  td: { closes: words("td th"), stops: words("tr table") },
  th: { closes: words("td th"), stops: words("tr table") },
  tbody: { closes: words("thead tbody tfoot"), stops: words("table") },
  thead: { closes: words("thead tbody tfoot"), stops: words("table") },
  tfoot: { closes: words("thead tbody tfoot"), stops: words("table") },
};
const paragraph = { closes: words("p"), stops: new Set([...blocks, ...words("td th button body")].filter((name) => name !== "p")) };
const lookedBack = 40;

/** Rewrites a page of any kind so that a DOM parser takes it in reasonable time: what we counted is what it sees. */
export function prune(html: string): Pruned {
  const head: string[] = [];
  const body: string[] = [];
  const open: { name: string; kept: boolean }[] = [];
  const openCounts = new Map<string, number>();
  let depth = 0;
  let nodes = 0;
  let title = "";
  let inTitle = false;

  const closeDownTo = (level: number) => {
    while (open.length > level) {
      const element = open.pop();
      if (!element) return;
      openCounts.set(element.name, (openCounts.get(element.name) ?? 1) - 1);
      if (!element.kept) continue;
      depth--;
      body.push(`</${element.name}>`);
    }
  };

  for (const token of tokenise(html)) {
    if (token.type === "text") {
      if (inTitle) {
        if (title === "") title = token.text.slice(0, 1_000);
        continue;
      }
      // The parser makes a node of each entity.
      const text = token.text.replaceAll("<", "&lt;");
      nodes += 1 + text.split("&").length - 1;
      if (nodes > most.nodes) return { html: "", title, tooMany: true };
      body.push(text);
      continue;
    }
    const { name } = token;
    inTitle = token.type === "open" && name === "title";
    if (name === "title" || name === "html" || name === "head" || name === "body") continue;
    if (token.type === "close") {
      if ((openCounts.get(name) ?? 0) > 0) closeDownTo(open.findLastIndex((element) => element.name === name));
      continue;
    }
    if (++nodes > most.nodes) return { html: "", title, tooMany: true };
    if (name === "meta" || name === "link" || name === "base") {
      head.push(startTag(name, token.attributes));
      continue;
    }
    closeDownTo(impliedEnd(open, name));
    const kept = depth < most.depth;
    if (kept) body.push(startTag(name, token.attributes));
    if (voids.has(name)) continue;
    if (kept) depth++;
    open.push({ name, kept });
    openCounts.set(name, (openCounts.get(name) ?? 0) + 1);
  }
  closeDownTo(0);
  return { html: `<!doctype html><html><head><title>${title.replaceAll("<", "&lt;")}</title>${head.join("")}</head><body>${body.join("")}</body></html>`, title, tooMany: false };
}

/** How many open elements stay open when `name` opens. */
function impliedEnd(open: readonly { name: string }[], name: string): number {
  const rules = [blocks.has(name) ? paragraph : undefined, implied[name]];
  let level = open.length;
  for (const rule of rules) {
    if (!rule) continue;
    for (let at = level - 1; at >= Math.max(0, level - lookedBack); at--) {
      const other = open[at]?.name ?? "";
      if (rule.closes.has(other)) level = at;
      if (rule.closes.has(other) || rule.stops.has(other)) break;
    }
  }
  return level;
}

function startTag(name: string, attributes: Record<string, string>): string {
  const kept = keptAttributes.flatMap((key) => {
    const value = attributes[key];
    return value === undefined ? [] : [` ${key}="${value.replaceAll('"', "&quot;")}"`];
  });
  return `<${name}${kept.join("")}>`;
}

function words(list: string): Set<string> {
  return new Set(list.split(" "));
}
