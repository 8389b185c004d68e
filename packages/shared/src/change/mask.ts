import { redact } from "../redact.ts";

const hidden = "[redacted]";

/** More of a line is not looked at, nor shown. */
const readChars = 4_000;

/** A key and what parts it from its value: JSON (also inside a string), TOML, .env, a header, `--flag=value`, `--flag value`. */
const keys = /("(?:[^"\\]|\\[^]){1,100}"|'[^']{1,100}'|(?<![\w.-])[\w.-]{1,100})((?:\\{1,4}["'])?\s{0,20}[:=]\s{0,20}|(?=\s)(?<=--[\w-]{1,100})\s{1,20}(?![\s:=]))/g;
const string = /"(?:[^"\\]|\\[^])*(?:"|\\?$)|'[^']*(?:'|$)/y;
const flagThenValue = /(["'])(-{1,2}[\w-]{1,100})\1(\s{0,20},\s{0,20})("(?:[^"\\]|\\[^])*(?:"|\\?$)|'[^']*(?:'|$))/g;
const lastIsFlag = /["'](-{1,2}[\w-]{1,100})["']\s{0,20},\s{0,20}$/;
const onlyString = /^(\s{0,200})(["'])[^]*$/;
const keyBlock = /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----/;

/** What ends a value that may go on over several lines; everything after its start is left out. */
const closings = new Map([['"""', '"""'], ["'''", "'''"], ["[", "]"]]);

/** A file's lines with the values of secret keys, and what looks like a secret, replaced by "[redacted]". */
export function maskedLines(lines: readonly string[]): string[] {
  const known = new Map<string, boolean>();
  let closing: string | undefined;
  let valueNext = false;
  return lines.map((whole) => maskedLine(whole.slice(0, readChars).replace(/\r$/, "")) + (whole.endsWith("\r") ? "\r" : ""));

  function maskedLine(line: string): string {
    if (closing !== undefined) {
      if (ends(line, closing)) closing = undefined;
      return hidden;
    }
    const isValue = valueNext && onlyString.test(line);
    valueNext = false;
    if (isValue) return line.replace(onlyString, (_, space: string, quote: string) => space + quote + hidden + quote);
    if (keyBlock.test(line) && !line.includes("-----END")) {
      closing = "-----END";
      return hidden;
    }
    valueNext = isSecret(lastIsFlag.exec(line)?.[1] ?? "");
    return String(redact(withoutValues(line.replace(flagThenValue, (all, quote: string, flag: string, between: string) => (isSecret(flag) ? `${quote}${flag}${quote}${between}"${hidden}"` : all)))));
  }

  /** A value without quotes has no certain end: the rest of its string goes, or of the line. */
  function withoutValues(line: string): string {
    let shown = "";
    let from = 0;
    for (const { 0: pair, 1: key = "", index } of line.matchAll(keys)) {
      const at = index + pair.length;
      if (index < from || !isSecret(key.replace(/^["']|["']$/g, "")) || line[at] === "{") continue;
      shown += line.slice(from, at);
      const opening = [...closings.keys()].find((each) => line.startsWith(each, at));
      if (opening !== undefined) {
        const end = closings.get(opening);
        if (end !== undefined && !ends(line.slice(at + opening.length), end)) closing = end;
        return shown + hidden;
      }
      if (at === line.length) {
        valueNext = true;
        return shown;
      }
      const quote = line.charAt(index - 1);
      const value = stringAt(line, at);
      const around = value === "" && /["']/.test(quote) ? stringAt(line, index - 1) : "";
      if (value === "" && around === "") return shown + hidden;
      shown += value === "" ? hidden + quote : `"${hidden}"`;
      from = value === "" ? index - 1 + around.length : at + value.length;
    }
    return shown + line.slice(from);
  }

  function isSecret(key: string): boolean {
    const name = key.replace(/^-{1,2}/, "").split(".").at(-1) ?? "";
    const found = known.get(name) ?? (name !== "" && JSON.stringify(redact({ [name]: "" })) !== JSON.stringify({ [name]: "" }));
    known.set(name, found);
    return found;
  }
}

/** A bracket inside a string ends nothing. */
function ends(line: string, closing: string): boolean {
  return (closing === "]" ? line.replace(/"(?:[^"\\]|\\[^])*"|'[^']*'/g, "") : line).includes(closing);
}

/** The string, with its quotes, that begins here; "" when none does. */
function stringAt(line: string, at: number): string {
  string.lastIndex = at;
  return string.exec(line)?.[0] ?? "";
}
