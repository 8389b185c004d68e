/** The title a Markdown text gives itself: `title:` in its front matter, else its first heading. */
export function titleOf(text: string): string | undefined {
  const head = text.slice(0, 8_000);
  const front = /^---\r?\n([\s\S]{0,4000}?)\r?\n---/.exec(head)?.[1];
  const named = front && /^title:[ \t]*(\S[^\r\n]{0,300})/m.exec(front)?.[1]?.trim();
  if (named) return named.replace(/^(["'])(.*)\1$/, "$2");
  const body = front ? head.slice(front.length + 8) : head;
  for (const line of body.split(/\r?\n/, 60)) {
    const heading = /^#{1,3}[ \t]+(\S.{0,300})/.exec(line)?.[1];
    const plain = heading?.replace(/!?\[([^\]]{0,200})\]\([^)]{0,500}\)/g, "$1").replace(/[`*_#]+/g, "").trim();
    if (plain) return plain;
  }
  return undefined;
}
