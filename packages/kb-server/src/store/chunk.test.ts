import { describe, expect, it } from "vitest";
import { chunk } from "./chunk.ts";

const paragraph = "The quick brown fox jumps over the lazy dog near the river bank. ".repeat(9).trim();

describe("chunk", () => {
  it("joined, the passages are the text", () => {
    const alphabet = ["# A\n", "## Bé\n", "\n", "text ", "```\ncode\n", "```\n", "Maya: hi\n", "😀", "。", "\r\n", " ", "~~~\n"];
    let seed = 7;
    const random = (n: number) => (seed = (seed * 48_271) % 2_147_483_647) % n;
    for (let round = 0; round < 300; round++) {
      const text = Array.from({ length: random(400) }, () => (alphabet[random(alphabet.length)] ?? "").repeat(1 + random(60))).join("");
      expect(chunk(text).map((part) => part.text).join("")).toBe(text);
    }
  });

  it("starts a passage at a heading and knows the path", () => {
    const text = `# Guide\n\n${paragraph}\n\n## Install\n\n${paragraph}\n\n### Linux\n\n${paragraph}\n\n## Use\n\n${paragraph}\n`;
    expect(chunk(text).map((part) => part.heading)).toEqual(["Guide", "Guide › Install", "Guide › Install › Linux", "Guide › Use"]);
  });

  it("leaves a short text whole", () => {
    const text = "# One\n\nSome words.\n\n# Two\n\nOthers.\n";
    expect(chunk(text)).toEqual([{ heading: "", text }]);
  });

  it("keeps a code fence whole, with what looks like a heading in it", () => {
    const fence = `\`\`\`sh\n${"# not a heading\nrun --it\n\n".repeat(80)}\`\`\`\n`;
    const chunks = chunk(`Intro.\n\n${paragraph}\n\n${fence}\nAfter.\n`);
    expect(chunks.filter((part) => part.text.includes("run --it"))).toHaveLength(1);
    expect(chunks.every((part) => part.heading === "")).toBe(true);
  });

  it("cuts a transcript between turns", () => {
    const text = Array.from({ length: 60 }, (_, n) => `${n % 2 ? "Tom" : "Maya"}: I said sentence number ${n} about our holiday.`).join("\n");
    for (const part of chunk(text)) expect(part.text).toMatch(/^(Tom|Maya): /);
  });

  it("bounds a passage, whatever the text", () => {
    for (const text of ["x".repeat(50_000), "word ".repeat(20_000), "😀".repeat(9_000), "\n".repeat(9_000)]) {
      const chunks = chunk(text);
      if (text.trim()) expect(Math.max(...chunks.map((part) => part.text.length))).toBeLessThanOrEqual(2_600);
      expect(chunks.map((part) => part.text).join("")).toBe(text);
      expect(chunks.every((part) => part.text.isWellFormed())).toBe(true);
    }
  });
});
