import { expect, it } from "vitest";
import { parseTsv } from "./ocr.ts";

const tsv = [
  "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext",
  "1\t1\t0\t0\t0\t0\t0\t0\t400\t200\t-1\t",
  "5\t1\t1\t1\t1\t1\t20\t40\t61\t22\t96.4\tHello",
  "5\t1\t1\t1\t1\t2\t90\t40\t50\t22\t88.6\tworld",
  "5\t1\t1\t1\t2\t1\t20\t80\t30\t22\t10.0\t ",
  "5\t1\t2\t1\t1\t1\t20\t120\t30\t22\t70\t$(x)",
  "",
].join("\n");

it("words come with their line, box and confidence, at the size of the picture that was asked about", () => {
  expect(parseTsv(tsv, 2)).toEqual([
    { text: "Hello", box: { x: 10, y: 20, width: 31, height: 11 }, confidence: 96, line: 0 },
    { text: "world", box: { x: 45, y: 20, width: 25, height: 11 }, confidence: 89, line: 0 },
    { text: "$(x)", box: { x: 10, y: 60, width: 15, height: 11 }, confidence: 70, line: 1 },
  ]);
  expect(parseTsv(tsv, 1)[0]?.box).toEqual({ x: 20, y: 40, width: 61, height: 22 });
  expect(parseTsv("", 1)).toEqual([]);
});
