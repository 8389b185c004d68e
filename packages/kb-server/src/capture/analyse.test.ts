import { describe, expect, it } from "vitest";
import { analyse } from "./analyse.ts";

const article = `# Vector search in SQLite

Vector search finds passages by meaning instead of by words. SQLite has no vector search of its own, so Ada Lovelace wrote an extension at Example Labs.

## How it works

The extension keeps every vector as bits and scores the best candidates again with the full vector. Vector search with bits is fast because comparing bits is cheap. Ada Lovelace measured it on 100,000 passages in Zurich.

- The bits of a vector fit into one row of a table.
- Scoring candidates again restores the recall of vector search.

\`\`\`js
const ignored = "Code is no sentence of the text and Must Not Appear";
\`\`\`

| Column | Value |
| --- | --- |
| Table Cells | Must Not Appear |

NASA was not involved. See [the manual](https://docs.example.org/manual) of 2026-01-05.`;

describe("analyse", () => {
  it("says what an article is about", () => {
    const analysis = analyse(article, "Vector search in SQLite");
    expect(analysis.summary).toContain("Vector search finds passages by meaning instead of by words.");
    expect(analysis.topics[0]).toBe("vector search");
    expect(analysis.entities).toEqual(expect.arrayContaining(["Ada Lovelace", "Example Labs", "NASA", "Zurich", "SQLite", "2026-01-05"]));
    expect(analysis.keyPoints.length).toBeGreaterThan(1);
    expect(JSON.stringify(analysis)).not.toMatch(/Must Not Appear|https:/);
  });

  it("keeps its limits and repeats nothing", () => {
    const long = Array.from({ length: 800 }, (_, at) => `Sentence number ${at} speaks of Topic${at % 40} Name${at % 30} and of bridges over the river in some detail.`).join(" ");
    const { summary, keyPoints, topics, entities } = analyse(long);
    expect([keyPoints.length <= 7, topics.length <= 8, entities.length <= 12, summary.length < 1_000]).toEqual([true, true, true, true]);
    for (const list of [keyPoints, topics, entities]) expect(new Set(list).size).toBe(list.length);
    expect(keyPoints.filter((point) => summary.includes(point))).toEqual([]);
  });

  it("reads other languages: German nouns are no names, Japanese has words", () => {
    const german = analyse("Der Bundestag hat am Montag ein neues Gesetz beschlossen. Das Gesetz regelt den Datenschutz in allen Ländern. Angela Merkel lobte den Datenschutz und das Gesetz sehr.");
    expect(german.topics).toEqual(expect.arrayContaining(["datenschutz"]));
    expect(german.entities).toEqual(["Angela Merkel"]);
    const japanese = analyse("東京は日本の首都です。東京には多くの大学や企業があります。東京の交通機関は非常に発達しています。");
    expect(japanese.topics[0]).toBe("東京");
    expect(analyse("القاهرة هي عاصمة مصر وأكبر مدينة في البلاد. القاهرة مدينة قديمة جدا على نهر النيل.").topics).toContain("القاهرة");
  });

  it("makes nothing of nothing", () => {
    const nothing = { summary: "", keyPoints: [], topics: [], entities: [] };
    expect(["", " \n", "```\ncode\n```", "\uD800"].map((text) => analyse(text))).toEqual([nothing, nothing, nothing, nothing]);
  });

  it("takes 200 KB in 50 ms, and any megabyte in little more", () => {
    const texts = [article.repeat(220), "The quick brown fox jumped over Mr. Smith in New York, and slept. ".repeat(3_100)];
    for (const text of texts) expect(Math.min(...Array.from({ length: 8 }, () => time(text)))).toBeLessThan(50);
    for (const seed of ["[", "*", "_a", ". ", "A. ", "Aa ", "- x\n", "> ", "https://", "東", "|", "a.", "](", "`", "'"]) {
      expect(time(seed.repeat(Math.ceil(1_000_000 / seed.length))), JSON.stringify(seed)).toBeLessThan(400);
    }
  });
});

function time(text: string): number {
  const started = performance.now();
  analyse(text, "Vector search");
  return performance.now() - started;
}
