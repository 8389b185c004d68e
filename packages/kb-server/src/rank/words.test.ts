import { describe, expect, it } from "vitest";
import { indexTerms, queryTerms } from "./words.ts";

describe("indexTerms", () => {
  it.each([
    ["Databases are running", ["databas", "ar", "run"]],
    ["busyTimeout and busy_timeout", ["busytimeout", "busi", "timeout", "and", "busi", "timeout"]],
    ["Ärger mit Straßen", ["arger", "mit", "strassen"]],
    ["ＡＢＣ１２", ["abc12"]],
    ["知識ベース", ["知識", "識ベ", "ベー", "ース"]],
    ["v2知識x", ["v2", "知識", "x"]],
    ["家", ["家"]],
    ["a👨‍👩‍👧b", ["a", "b"]],
    ["", []],
  ])("%j", (text, terms) => {
    expect(indexTerms(text)).toEqual(terms);
  });

  it("cuts what is no word", () => {
    expect(indexTerms("x".repeat(1_000))[0]).toHaveLength(40);
  });
});

describe("queryTerms", () => {
  it("leaves stop words out, unless nothing else is there", () => {
    expect(queryTerms("What did Alice say about the dogs?")).toEqual(["alic", "dog"]);
    expect(queryTerms("to be or not to be")).toEqual(["to", "be", "or", "not"]);
  });

  it("keeps a bounded number of terms", () => {
    expect(queryTerms(Array.from({ length: 5_000 }, (_, n) => `w${n}`).join(" "))).toHaveLength(24);
  });
});
