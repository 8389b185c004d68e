/** The character set of a text's bytes, as a label TextDecoder knows: mark, then what was declared, then what fits. */
export function charsetOf(bytes: Uint8Array, declared?: string): string {
  const mark = byteOrderMark(bytes);
  if (mark) return mark;
  const head = bytes.subarray(0, sampleBytes);
  const wanted = [parameter(declared), metaCharset(head)].map((label) => known(label)).filter((label) => label !== undefined);
  for (const label of wanted) {
    // A page served as UTF-16 without a mark would not have been readable as ASCII up to its <meta>.
    if (label.startsWith("utf-16") && !looksWide(head)) continue;
    if (label !== "utf-8" && fits(head, label)) return label;
    if (label === "utf-8" && isMostlyUtf8(bytes)) return label;
  }
  return guess(bytes);
}

/** Decodes and drops the byte order mark; what does not fit becomes U+FFFD, never an error. */
export function decode(bytes: Uint8Array, charset: string): string {
  return new TextDecoder(known(charset) ?? "utf-8").decode(bytes);
}

const sampleBytes = 65_536;
const metaBytes = 4_096;

function byteOrderMark(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return "utf-8";
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  return undefined;
}

function guess(bytes: Uint8Array): string {
  const head = bytes.subarray(0, sampleBytes);
  const wide = looksWide(head);
  if (wide) return wide;
  if (isMostlyUtf8(bytes)) return "utf-8";
  return ["shift_jis", "euc-jp"].find((label) => isJapanese(head, label)) ?? "windows-1252";
}

/** UTF-16 without a mark: ASCII in it has every other byte zero. */
function looksWide(head: Uint8Array): "utf-16le" | "utf-16be" | undefined {
  let even = 0;
  let odd = 0;
  for (let at = 0; at + 1 < head.length; at += 2) {
    if (head[at] === 0) even++;
    if (head[at + 1] === 0) odd++;
  }
  const third = head.length / 2 / 3;
  if (odd > third && even < third / 10) return "utf-16le";
  if (even > third && odd < third / 10) return "utf-16be";
  return undefined;
}

/** Right but for a few damaged bytes: at least as many good sequences of several bytes as faults. */
function isMostlyUtf8(bytes: Uint8Array): boolean {
  const text = new TextDecoder("utf-8").decode(bytes.subarray(0, sampleBytes * 16));
  const faults = text.match(/\uFFFD/g)?.length ?? 0;
  return faults <= 1 || faults * 2 <= (text.match(/[^\t-~\uFFFD]/g)?.length ?? 0);
}

function fits(head: Uint8Array, label: string): boolean {
  const text = new TextDecoder(label).decode(head);
  return (text.match(/\uFFFD/g)?.length ?? 0) * 50 <= text.length;
}

/** A Japanese text is hardly ever without kana, and other texts read as Japanese hardly ever have them. */
function isJapanese(head: Uint8Array, label: string): boolean {
  const text = new TextDecoder(label).decode(head);
  const foreign = text.match(/[^\t-~]/g)?.length ?? 0;
  const kana = text.match(/[\u3040-\u30FF]/g)?.length ?? 0;
  return fits(head, label) && foreign > 0 && kana * 5 >= foreign;
}

function parameter(contentType = ""): string | undefined {
  return /charset\s{0,5}=\s{0,5}["']?([\w.:-]{1,40})/i.exec(contentType)?.[1];
}

function metaCharset(head: Uint8Array): string | undefined {
  const text = new TextDecoder("windows-1252").decode(head.subarray(0, metaBytes));
  return /<meta\s[^>]{0,200}?charset\s{0,5}=\s{0,5}["']?([\w.:-]{1,40})/i.exec(text)?.[1] ?? /^<\?xml[^>]{0,80}?encoding\s{0,5}=\s{0,5}["']([\w.:-]{1,40})/i.exec(text)?.[1];
}

function known(label: string | undefined): string | undefined {
  if (label === undefined) return undefined;
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return undefined;
  }
}
