import { expect, it } from "vitest";
import { Vocabulary } from "./vocabulary.ts";
import { indexTerms, stem } from "./words.ts";

it("finds what indexTerms indexes, at the same positions", () => {
  const texts = [
    "The busyTimeout of SQLite's WAL file, e.g. 5000 ms; timeouts happen. I'd say so — naïve Über-straße 2x",
    "知識ベースを検索する家 mixed42 with 知識 and Ünïcödé words_and_snake kebab-case 🎉🎉 x",
    "a b c 1 2 3 A B C ties sky by dying TIES HTTPServer parseURLFast",
  ];
  for (const text of texts) {
    const all = indexTerms(text);
    const terms = [...new Set(all)];
    const vocabulary = new Vocabulary(terms);
    vocabulary.scan(texts.join(" "));
    const { counts, positions, length } = vocabulary.scan(text);
    expect(length).toBe(all.length);
    for (const [index, term] of terms.entries()) {
      expect({ term, at: positions[index]?.slice(0, counts[index]) }).toEqual({ term, at: all.flatMap((each, at) => (each === term ? [at] : [])) });
    }
  }
});

it("may skip a word by its first letters: a stem keeps two of them, and the third when it has four or more", () => {
  const starts = ["be", "car", "day", "fil", "grew", "hop", "lie", "note", "oper", "pony", "relat", "sens", "tie", "try", "univers", "valu", "wick", "yield"];
  const endings = ["", "s", "es", "ies", "sses", "ed", "ing", "y", "ying", "ational", "tional", "enci", "izer", "ization", "ator", "alism", "iveness", "fulness", "ality", "ivity", "ability", "ibility", "logy", "icate", "ical", "ness", "ance", "able", "ement", "ion", "ous", "e", "ee"];
  for (const word of starts.flatMap((start) => endings.map((ending) => start + ending))) {
    const stemmed = stem(word);
    const kept = stemmed.length < 4 ? 2 : 3;
    expect({ word, start: stemmed.slice(0, kept) }).toEqual({ word, start: word.slice(0, kept) });
  }
});
