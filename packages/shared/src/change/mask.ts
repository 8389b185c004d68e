import { redact } from "../redact.ts";

const hidden = "[redacted]";

/** More of a line is not looked at, nor shown. */
const readChars = 4_000;

/** A key and what follows it: JSON, TOML (inline tables too), .env, `--flag=value`. A value's pattern cannot fail once it began. */
const pairs = /("(?:[^"\\]|\\[^]){1,100}"|'[^']{1,100}'|(?<![\w.-])[\w.-]{1,100})(\s{0,20}[:=]\s{0,20})("""|'''|\[|"(?:[^"\\]|\\[^])*(?:"|\\?$)|'[^']*(?:'|$)|[^\s,{}[\]"']+)/g;
const flagThenValue = /(["'])(-{1,2}[\w-]{1,100})\1(\s{0,20},\s{0,20})("(?:[^"\\]|\\[^])*(?:"|\\?$)|'[^']*(?:'|$))/g;
const onlyFlag = /^\s{0,200}["'](-{1,2}[\w-]{1,100})["']\s{0,20},\s{0,20}$/;
const onlyString = /^(\s{0,200})(["'])[^]*$/;
const keyBlock = /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----/;

/** A file's lines with the values of secret keys, and what looks like a secret, replaced by "[redacted]". */
export function maskedLines(lines: readonly string[]): string[] {
  let closing: string | undefined;
  let afterFlag = false;
  return lines.map((whole) => maskedLine(whole) + (whole.endsWith("\r") ? "\r" : ""));

  function maskedLine(whole: string): string {
    const line = whole.slice(0, readChars).replace(/\r$/, "");
    if (closing !== undefined) {
      if (line.includes(closing)) closing = undefined;
      return hidden;
    }
    if (afterFlag) {
      afterFlag = false;
      return line.replace(onlyString, (_, space: string, quote: string) => `${space}${quote}${hidden}${quote}`);
    }
    if (keyBlock.test(line) && !line.includes("-----END")) {
      closing = "-----END";
      return hidden;
    }
    afterFlag = isSecret(onlyFlag.exec(line)?.[1] ?? "");
    const named = line
      .replace(flagThenValue, (all, quote: string, flag: string, between: string) => (isSecret(flag) ? `${quote}${flag}${quote}${between}"${hidden}"` : all))
      .replace(pairs, (all, key: string, between: string, value: string, at: number) => {
        if (!isSecret(key.replace(/^["']|["']$/g, ""))) return all;
        const end = closings.get(value);
        if (end === undefined) return `${key}${between}${/^["']/.test(value) ? `"${hidden}"` : hidden}`;
        if (!line.slice(at + all.length).includes(end)) closing = end;
        return `${key}${between}${hidden}${cut}`;
      });
    const [shown = ""] = named.split(cut);
    return String(redact(shown));
  }
}

/** What ends a value that may go on over several lines; everything after its start is left out. */
const closings = new Map([['"""', '"""'], ["'''", "'''"], ["[", "]"]]);
const cut = "\0";

function isSecret(key: string): boolean {
  const name = key.replace(/^-{1,2}/, "").split(".").at(-1) ?? "";
  return name !== "" && JSON.stringify(redact({ [name]: "" })) !== JSON.stringify({ [name]: "" });
}
