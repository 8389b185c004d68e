export type Token =
  | { type: "text"; text: string }
  | { type: "open"; name: string; attributes: Record<string, string> }
  | { type: "close"; name: string };

/** Elements whose content is no text of the page. */
const dropped = new Set(["script", "style", "noscript", "template", "svg", "iframe", "textarea", "select", "noembed", "noframes", "object", "xmp"]);
const keptAttributes = 40;
const keptValueChars = 4_096;
const nameAt = /[a-z][a-z0-9:-]{0,40}/iy;
const spaceAt = /[\s/]*/y;
const attributeAt = /[^\s"'<>/=]+/y;
const equalsAt = /\s*=\s*/y;
const bareValueAt = /[^\s>]*/y;

/**
 * The tags and texts of an HTML page in order, in linear time whatever it holds. Comments, scripts, styles and pictures
 * are left out, a title is one text; entities stay as they are.
 */
export function* tokenise(html: string): Generator<Token> {
  let at = 0;
  while (at < html.length) {
    const bracket = html.indexOf("<", at);
    if (bracket < 0) {
      yield { type: "text", text: html.slice(at) };
      return;
    }
    if (bracket > at) yield { type: "text", text: html.slice(at, bracket) };
    const next = html[bracket + 1];
    if (next === "!" || next === "?") {
      const isComment = html.startsWith("<!--", bracket);
      at = after(html, isComment ? "-->" : ">", bracket + 2);
      continue;
    }
    const isClose = next === "/";
    const name = matchAt(nameAt, html, bracket + (isClose ? 2 : 1));
    if (name === undefined) {
      yield { type: "text", text: "<" };
      at = bracket + 1;
    } else if (isClose) {
      yield { type: "close", name: name.toLowerCase() };
      at = after(html, ">", bracket);
    } else {
      const tag = readTag(html, bracket + 1 + name.length, name.toLowerCase());
      at = tag.end;
      if (dropped.has(tag.name)) at = afterElement(html, at, tag.name);
      else yield { type: "open", name: tag.name, attributes: tag.attributes };
      if (tag.name === "title") {
        const end = endOfElement(html, at, "title");
        yield { type: "text", text: html.slice(at, end) };
        at = end;
      }
    }
  }
}

function readTag(html: string, from: number, name: string): { name: string; attributes: Record<string, string>; end: number } {
  const attributes: Record<string, string> = {};
  let count = 0;
  let at = from;
  while (at < html.length) {
    at += matchAt(spaceAt, html, at)?.length ?? 0;
    if (html[at] === ">") return { name, attributes, end: at + 1 };
    const key = matchAt(attributeAt, html, at);
    if (key === undefined) {
      at++;
      continue;
    }
    at += key.length;
    const equals = matchAt(equalsAt, html, at);
    const value = equals === undefined ? { text: "", end: at } : readValue(html, at + equals.length);
    at = value.end;
    if (count++ < keptAttributes) attributes[key.slice(0, 60).toLowerCase()] ??= value.text.slice(0, keptValueChars);
  }
  return { name, attributes, end: at };
}

function readValue(html: string, from: number): { text: string; end: number } {
  const quote = html[from];
  if (quote === '"' || quote === "'") {
    const end = html.indexOf(quote, from + 1);
    return end < 0 ? { text: "", end: html.length } : { text: html.slice(from + 1, end), end: end + 1 };
  }
  const text = matchAt(bareValueAt, html, from) ?? "";
  return { text, end: from + text.length };
}

function matchAt(pattern: RegExp, html: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(html)?.[0];
}

function after(html: string, mark: string, from: number): number {
  const at = html.indexOf(mark, from);
  return at < 0 ? html.length : at + mark.length;
}

function afterElement(html: string, from: number, name: string): number {
  return after(html, ">", endOfElement(html, from, name));
}

const closings = new Map<string, RegExp>();

function endOfElement(html: string, from: number, name: string): number {
  let pattern = closings.get(name);
  if (!pattern) closings.set(name, (pattern = new RegExp(`</${name}(?=[\\s/>]|$)`, "gi")));
  pattern.lastIndex = from;
  return pattern.exec(html)?.index ?? html.length;
}
