import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { english, traps } from "./override.samples.ts";
import { findOverride } from "./override.ts";

describe("ROUT-03 an order to a named brain", () => {
  it.each(tableSamples())("ROUT-03 $language $kind: $text", ({ text, brain }) => {
    expect(findOverride(text)?.brain ?? "none").toBe(brain);
  });

  it.each(english)("ROUT-03 is seen in: %s → %s", (text, brain) => {
    expect(findOverride(text)?.brain ?? "none").toBe(brain);
  });

  it.each(traps)("ROUT-03 is not seen in: %s", (text) => {
    expect(findOverride(text)?.brain).toBeUndefined();
  });
});

describe("ROUT-03 what else an override says", () => {
  it("ROUT-03 names who is refused, and the words", () => {
    expect(findOverride("Please don't use Codex for this one.")).toEqual({ not: ["codex"], words: "Please don't use Codex for this" });
    expect(findOverride("Nicht Codex, sondern Claude soll das prüfen.")).toEqual({ brain: "claude", not: ["codex"], words: "Codex, sondern Claude soll das" });
  });

  it("ROUT-03 is undefined where no brain is named", () => {
    expect(findOverride("Ask my sister to fix the tap.")).toBeUndefined();
    expect(findOverride("")).toBeUndefined();
  });

  it("ROUT-03 reads the end of a long task too", () => {
    expect(findOverride(`${"The pump hums and then it stops. ".repeat(400)}So ask Codex.`)?.brain).toBe("codex");
  });

  it.each(["claude ", "not ", "ask ", "codex, ", "ask Claude and ", "let let let claude ", "Claudeに", "((((", "N — "])("ROUT-03 finishes on a megabyte of %j", (piece) => {
    const words = findOverride(piece.repeat(Math.ceil(1_000_000 / piece.length)))?.words ?? "";
    expect(words.length).toBeLessThanOrEqual(80);
  });
});

/** The samples of the tables: "Ask Codex to tidy this up. → codex" in each cell behind the words. */
function tableSamples(): { language: string; kind: string; text: string; brain: string }[] {
  const samples: { language: string; kind: string; text: string; brain: string }[] = [];
  let language = "";
  for (const line of readFileSync(new URL("../../training/languages/overrides.md", import.meta.url), "utf8").split("\n")) {
    if (line.startsWith("## ")) language = line.slice(3);
    if (!line.startsWith("|") || language === "") continue;
    const cells = line.split("|").map((cell) => cell.trim());
    for (const cell of cells) {
      const [text, brain] = cell.split(" → ");
      if (text !== undefined && brain !== undefined) samples.push({ language, kind: cells[1] ?? "", text, brain });
    }
  }
  return samples;
}
