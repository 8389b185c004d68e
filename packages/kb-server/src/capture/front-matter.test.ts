import { describe, expect, it } from "vitest";
import { readFrontMatter } from "./front-matter.ts";

describe("readFrontMatter", () => {
  it("takes the title from the front matter and leaves the rest", () => {
    const cases: [string, string, string][] = [
      ["---\ntitle: A plain one\ntags: [a]\n---\nBody", "A plain one", "Body"],
      ['---\r\ntitle: "Quoted: \\"one\\""\r\n---\r\nBody', 'Quoted: "one"', "Body"],
      ["---\ntitle: 'It''s'\n...\nBody", "It's", "Body"],
      ["---\ntitle: >-\n  Folded\n---\nBody", "Folded", "Body"],
      ["---\ntags: [a]\n---\n# Heading #\nBody", "Heading", "# Heading #\nBody"],
      ["---\n---\nBody", "", "Body"],
    ];
    expect(cases.map(([markdown]) => readFrontMatter(markdown))).toEqual(cases.map(([, title, text]) => ({ title, text })));
  });

  it("takes a heading that is none of code, and leaves a text without front matter alone", () => {
    const cases: [string, string][] = [
      ["```\n# comment\n```\n## Real\n", "Real"],
      ["Underlined\n==========\n", "Underlined"],
      ["---\n\nA rule, and no title: anywhere", ""],
      ["---\ntitle: never closed\n", ""],
      ["words", ""],
    ];
    expect(cases.map(([markdown]) => readFrontMatter(markdown))).toEqual(cases.map(([text, title]) => ({ title, text })));
  });
});
