import { describe, expect, it } from "vitest";
import { hasBlock, markdownMarks, putBlock, removeBlock } from "./marked-block.ts";

const block = "## Ours\n\nA line of ours.";
const shorter = "## Ours";
const put = (text: string | undefined, lines: string) => putBlock(text, lines, markdownMarks);
const remove = (text: string | undefined) => removeBlock(text, markdownMarks);
const has = (text: string | undefined) => hasBlock(text, markdownMarks);
const inMarks = (lines: string) => `${markdownMarks.begin}\n${lines}\n${markdownMarks.end}`;

const texts: [string, string][] = [
  ["LF", "# Mine\n\nAlways use tabs.\n"],
  ["CRLF", "# Mine\r\n\r\nAlways use tabs.\r\n"],
  ["no final newline", "# Mine"],
  ["CRLF, no final newline", "# Mine\r\nAlways."],
  ["a hard break at the end", "# Mine\nAlways.  \n"],
  ["a single space at the end", "# Mine\nAlways. \n"],
  ["empty lines at the end", "# Mine\n\n\n"],
  ["only an empty line", "\n"],
  ["a byte order mark", "\uFEFF# Mine\n"],
];

describe.each(texts)("in a text with %s", (_, text) => {
  it("CHANGE-01 comes last, a second time changes nothing, and removing gives the first text byte for byte", () => {
    const result = put(text, block);
    expect(result.startsWith(text)).toBe(true);
    expect(result.replaceAll("\r\n", "\n").trimEnd().endsWith(`\n${inMarks(block)}`)).toBe(true);
    expect(result.replaceAll("\r\n", "").includes("\n")).toBe(!text.includes("\r\n"));
    expect(put(result, block)).toBe(result);
    expect(remove(result)).toBe(text);
  });

  it("CHANGE-01 is replaced in its place, and what others wrote above and below stays", () => {
    const eol = text.includes("\r\n") ? "\r\n" : "\n";
    const around = `${put(text, block)}${eol}Below.${eol}`;
    expect(put(around, shorter)).toBe(around.replace(inMarks(block).replaceAll("\n", eol), inMarks(shorter).replaceAll("\n", eol)));
    const rest = remove(around) ?? "";
    expect(rest.startsWith(text)).toBe(true);
    expect(rest.slice(text.length).trim()).toBe("Below.");
    expect(rest.slice(text.length).startsWith(eol)).toBe(true);
  });
});

it("is alone in a file that was not there, which goes with it", () => {
  expect(put(undefined, block)).toBe(`${inMarks(block)}\n`);
  expect(remove(put(undefined, block))).toBeUndefined();
});

it("does not join two lines of the person's when it goes from between them", () => {
  expect(remove(`${put("Above", block)}Below\n`)).toBe("Above\nBelow\n");
});

it("leaves a text without it alone", () => {
  for (const text of [undefined, "", "# Mine\n", "text <!-- paios:end --> and <!-- paios:begin -->\n"]) {
    expect(has(text)).toBe(false);
    expect(remove(text)).toBe(text);
  }
  expect(has(put("# Mine\n", block))).toBe(true);
});

it("never takes text of the person's for its own where a marker lost its end", () => {
  const torn = "<!-- paios:begin -->\nHalf of it.\n\nMy own words.\n";
  const result = put(torn, block);
  expect(result).toBe(`${torn}\n${inMarks(block)}\n`);
  expect(put(result, shorter)).toBe(`${torn}\n${inMarks(shorter)}\n`);
  expect(remove(result)).toBe(torn);
});
