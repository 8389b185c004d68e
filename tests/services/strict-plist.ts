/** A property list, read strictly: what is not exactly as Apple writes it throws. Not for other XML. */
export function parsePlist(text: string): unknown {
  const head = /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<!DOCTYPE plist PUBLIC "-\/\/Apple\/\/DTD PLIST 1\.0\/\/EN" "http:\/\/www\.apple\.com\/DTDs\/PropertyList-1\.0\.dtd">\n/.exec(text)?.[0];
  if (head === undefined) throw new Error("No head of a property list");
  const tokens = [...text.slice(head.length).matchAll(/<(\/?)([a-z]+)( version="1\.0")?(\/?)>|([^<]+)|(<)/g)];
  let at = 0;
  const fail = (what: string): never => {
    throw new Error(`${what} at token ${at}: ${tokens[at]?.[0] ?? "the end"}`);
  };
  /** The next tag; white space between tags says nothing. */
  const tag = () => {
    while (tokens[at]?.[5]?.trim() === "") at++;
    const found = tokens[at];
    if (found?.[2] === undefined) return fail("No tag");
    at++;
    return { name: found[2], ends: found[1] === "/", isEmpty: found[4] === "/", hasVersion: found[3] !== undefined };
  };
  const content = () => (tokens[at]?.[5] === undefined ? "" : decoded(tokens[at++]?.[5] ?? ""));
  const close = (name: string) => {
    const { name: found, ends } = tag();
    if (!ends || found !== name) fail(`No </${name}>`);
  };
  const value = (first = tag()): unknown => {
    const { name, ends, isEmpty } = first;
    if (ends) fail("An end where a value should be");
    if (name === "true" || name === "false") return isEmpty ? name === "true" : fail("A truth value with content");
    if (name === "string") {
      const text = isEmpty ? "" : content();
      if (!isEmpty) close(name);
      return text;
    }
    if (name === "integer") {
      const text = content();
      close(name);
      return /^-?\d+$/.test(text) ? Number(text) : fail("No whole number");
    }
    if (name === "array") {
      const list: unknown[] = [];
      for (let next = isEmpty ? undefined : tag(); next && !(next.ends && next.name === name); next = tag()) list.push(value(next));
      return list;
    }
    if (name !== "dict") return fail(`<${name}> is not known`);
    const entries: [string, unknown][] = [];
    for (let next = isEmpty ? undefined : tag(); next && !(next.ends && next.name === name); next = tag()) {
      if (next.name !== "key" || next.ends) fail("No key");
      const key = content();
      close("key");
      if (entries.some(([other]) => other === key)) fail(`"${key}" is there twice`);
      entries.push([key, value()]);
    }
    return Object.fromEntries(entries);
  };
  const outer = tag();
  if (outer.name !== "plist" || !outer.hasVersion) fail("No <plist version=\"1.0\">");
  const list = value();
  close("plist");
  if (tokens.slice(at).some(([text]) => text.trim() !== "")) fail("Something after the end");
  return list;
}

const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function decoded(text: string): string {
  return text.replace(/&([a-z]*;?)/g, (whole, name: string) => {
    const found = name.endsWith(";") ? entities[name.slice(0, -1)] : undefined;
    if (found === undefined) throw new Error(`A bare ${whole}`);
    return found;
  });
}
