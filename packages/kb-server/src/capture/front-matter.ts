const longest = 20_000;

/** The title of a Markdown text, from its front matter or its first heading, and the text without the front matter. */
export function readFrontMatter(markdown: string): { title: string; text: string } {
  const text = markdown.startsWith("\uFEFF") ? markdown.slice(1) : markdown;
  const block = /^---[ \t]{0,20}\r?\n/.exec(text);
  const start = block?.[0].length ?? 0;
  const end = block ? /\r?\n(?:---|\.\.\.)[ \t]{0,20}(?:\r?\n|$)/.exec(text.slice(start - 1, start + longest)) : null;
  if (!end) return { title: firstHeading(text), text };
  const fields = text.slice(start, start - 1 + end.index + 1);
  const rest = text.slice(start - 1 + end.index + end[0].length);
  return { title: titleField(fields) || firstHeading(rest), text: rest };
}

/** The first heading (`#` or `==`-underlined) outside code, or "". */
function firstHeading(markdown: string): string {
  const lines = markdown.slice(0, longest).split(/\r?\n/);
  let inCode = false;
  for (const [number, line] of lines.entries()) {
    if (/^(?:```|~~~)/.test(line)) inCode = !inCode;
    if (inCode) continue;
    const heading = /^ {0,3}#{1,6}[ \t]+(\S.*)$/.exec(line)?.[1];
    if (heading !== undefined) return heading.slice(0, 500).replace(/[ \t#]+$/, "");
    if (/^={3,100}[ \t]{0,20}$/.test(lines[number + 1] ?? "") && line.trim() !== "") return line.trim();
  }
  return "";
}

function titleField(fields: string): string {
  const value = /^title:[ \t]{0,20}(\S[^\r\n]{0,500})/m.exec(fields)?.[1]?.trim() ?? "";
  if (value.startsWith('"')) return quoted(value);
  if (value.startsWith("'")) return value.replace(/^'|'$/g, "").replaceAll("''", "'");
  return value === "|" || value === ">" || value === ">-" || value === "|-" ? (/^title:[^\n]*\n[ \t]{1,20}([^\r\n]{1,500})/m.exec(fields)?.[1] ?? "") : value;
}

function quoted(value: string): string {
  try {
    return String(JSON.parse(value));
  } catch {
    return value.replace(/^"|"$/g, "");
  }
}
