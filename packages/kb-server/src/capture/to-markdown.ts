import TurndownService, { type TurndownNode } from "turndown";

const layout = "data-layout";

/** A DOM tree as Markdown: headings, lists, tables with pipes, fenced code, absolute links. Changes the tree. */
export function toMarkdown(root: TurndownNode, base?: string): string {
  flattenTables(root);
  const service = new TurndownService({ headingStyle: "atx", hr: "---", bulletListMarker: "-", codeBlockStyle: "fenced", emDelimiter: "*" });
  // Text is kept as it reads; only what would become a heading of ours is escaped.
  service.escape = (text) => text.replace(/^(#{1,6}\s)/, "\\$1");
  service.remove(["script", "style", "noscript", "button", "nav"]);
  service.addRule("item", { filter: (node) => node.nodeName === "LI" && node.parentNode?.nodeName !== "OL", replacement: (content) => `- ${content.trim().replace(/\n/g, "\n  ")}\n` });
  service.addRule("code", { filter: "pre", replacement: (_content, node) => fencedCode(node) });
  service.addRule("cell", { filter: (node) => isTablePart(node, ["TD", "TH"]), replacement: (content) => ` ${cell(content)} |` });
  service.addRule("row", { filter: (node) => isTablePart(node, ["TR"]), replacement: (content) => `|${content}\n` });
  service.addRule("section", { filter: (node) => isTablePart(node, ["THEAD", "TBODY", "TFOOT"]), replacement: (content) => content });
  service.addRule("table", { filter: (node) => isTablePart(node, ["TABLE"]), replacement: (content, node) => table(content, node) });
  service.addRule("caption", { filter: ["caption", "colgroup"], replacement: () => "" });
  service.addRule("struck", { filter: ["del", "s", "strike"], replacement: (content) => (content.trim() === "" ? "" : `~~${content}~~`) });
  service.addRule("link", { filter: "a", replacement: (content, node) => link(content, node.getAttribute("href"), base) });
  service.addRule("picture", { filter: "img", replacement: (_content, node) => picture(node.getAttribute("alt")) });
  return service.turndown(root);
}

/** Tables that only lay a page out become plain blocks: those with one column, or with tables, code or headings inside. */
function flattenTables(root: TurndownNode): void {
  for (const table of root.querySelectorAll("table")) {
    const isLayout = table.querySelector("table, pre, h1, h2, h3, ul, ol, blockquote") !== null || !hasColumns(table);
    if (isLayout) markLayout(table);
  }
}

function hasColumns(table: TurndownNode): boolean {
  for (const row of table.querySelectorAll("tr")) {
    let cells = 0;
    for (const _cell of row.querySelectorAll("td, th")) if (++cells > 1) return true;
  }
  return false;
}

function markLayout(table: TurndownNode): void {
  table.setAttribute(layout, "");
  for (const part of table.querySelectorAll("thead, tbody, tfoot, tr, td, th")) {
    if (part.closest("table") === table) part.setAttribute(layout, "");
  }
}

function isTablePart(node: TurndownNode, names: readonly string[]): boolean {
  // The search for the article takes cells out of their table.
  return names.includes(node.nodeName) && node.getAttribute(layout) === null && node.closest("table") !== null;
}

function cell(content: string): string {
  return content.trim().replace(/\s*\n\s*/g, " ").replaceAll("|", "\\|");
}

function table(content: string, node: TurndownNode): string {
  const rows = content.split("\n").filter((line) => line.startsWith("|"));
  const [head, ...rest] = rows;
  if (head === undefined) return "";
  const columns = Math.max(...[head, ...rest.slice(0, 50)].map((row) => row.split(/(?<!\\)\|/).length - 2));
  const caption = node.querySelector("caption")?.textContent?.trim() ?? "";
  return `\n\n${caption === "" ? "" : `${caption}\n\n`}${[head, `|${" --- |".repeat(columns)}`, ...rest].join("\n")}\n\n`;
}

function fencedCode(node: TurndownNode): string {
  const code = (node.textContent ?? "").replace(/^\n|\s+$/g, "");
  if (code === "") return "";
  const classes = `${node.getAttribute("class") ?? ""} ${node.querySelector("code")?.getAttribute("class") ?? ""} ${node.parentNode?.getAttribute?.("class") ?? ""}`;
  const language = /(?:language|lang|highlight-source|brush:)[-\s]?([a-z0-9+#]{1,20})/i.exec(classes)?.[1] ?? "";
  const longest = Math.max(2, ...(code.match(/`{3,}/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  return `\n\n${fence}${language}\n${code}\n${fence}\n\n`;
}

function link(content: string, href: string | null, base: string | undefined): string {
  const text = content.trim();
  const url = href === null || href.startsWith("#") ? null : URL.parse(href, base);
  if (text === "" || !url || !["http:", "https:", "mailto:"].includes(url.protocol)) return content;
  return `[${text.replace(/\s*\n\s*/g, " ")}](${url.href.replace(/[()\s]/g, encodeURIComponent)})`;
}

function picture(alt: string | null): string {
  const text = (alt ?? "").trim();
  return text === "" ? "" : `[Picture: ${text.slice(0, 500)}]`;
}
