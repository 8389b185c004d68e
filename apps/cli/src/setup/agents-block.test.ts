import { describe, expect, it } from "vitest";
import { hasBlock, paiosContext, putBlock, removeBlock } from "./agents-block.ts";
import { kb, mesh } from "./example.ts";

const block = paiosContext(mesh);
const shorter = paiosContext([kb]);

describe("the block", () => {
  it("names the servers there are, and fits in 40 lines", () => {
    expect(block).toContain("- `obs`: ");
    expect(shorter).not.toContain("- `obs`");
    expect(shorter).not.toContain("router");
    expect(paiosContext([...mesh, { ...kb, name: "router" }, { ...kb, name: "new" }])).toContain("`router_ask`");
    expect(paiosContext([{ ...kb, name: "new" }])).toContain("- `new`.\n");
    expect(block.split("\n").length).toBeLessThanOrEqual(40);
  });
});

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
    const result = putBlock(text, block);
    expect(result.startsWith(text)).toBe(true);
    expect(result.replaceAll("\r\n", "\n").trimEnd().endsWith(`\n${block}`)).toBe(true);
    expect(result.replaceAll("\r\n", "").includes("\n")).toBe(!text.includes("\r\n"));
    expect(putBlock(result, block)).toBe(result);
    expect(removeBlock(result)).toBe(text);
  });

  it("CHANGE-01 is replaced in its place, and what others wrote above and below stays", () => {
    const eol = text.includes("\r\n") ? "\r\n" : "\n";
    const around = `${putBlock(text, block)}${eol}Below.${eol}`;
    expect(putBlock(around, shorter)).toBe(around.replace(block.replaceAll("\n", eol), shorter.replaceAll("\n", eol)));
    const rest = removeBlock(around) ?? "";
    expect(rest.startsWith(text)).toBe(true);
    expect(rest.slice(text.length).trim()).toBe("Below.");
    expect(rest.slice(text.length).startsWith(eol)).toBe(true);
  });
});

it("is alone in a file that was not there, which goes with it", () => {
  expect(putBlock(undefined, block)).toBe(`${block}\n`);
  expect(removeBlock(putBlock(undefined, block))).toBeUndefined();
});

it("does not join two lines of the person's when it goes from between them", () => {
  expect(removeBlock(`${putBlock("Above", block)}Below\n`)).toBe("Above\nBelow\n");
});

it("leaves a text without it alone", () => {
  for (const text of [undefined, "", "# Mine\n", "text <!-- paios:end --> and <!-- paios:begin -->\n"]) {
    expect(hasBlock(text)).toBe(false);
    expect(removeBlock(text)).toBe(text);
  }
  expect(hasBlock(putBlock("# Mine\n", block))).toBe(true);
});

it("never takes text of the person's for its own where a marker lost its end", () => {
  const torn = "<!-- paios:begin -->\nHalf of it.\n\nMy own words.\n";
  const result = putBlock(torn, block);
  expect(result).toBe(`${torn}\n${block}\n`);
  expect(putBlock(result, shorter)).toBe(`${torn}\n${shorter}\n`);
  expect(removeBlock(result)).toBe(torn);
});
