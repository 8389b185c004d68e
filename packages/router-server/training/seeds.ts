import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { seededRandom } from "@paios/shared/testing/random";
import { categories, type Category } from "../src/classify/categories.ts";

export interface Seed {
  category: Category;
  text: string;
  /** Fills of one line belong together: they are trained or held out as one. */
  line: number;
}

const folder = import.meta.dirname;
const fills = 5;

/** Every line of the seed files, with its slots filled several times. The same for the same files. */
export function readSeeds(): Seed[] {
  const random = seededRandom(7);
  const seeds: Seed[] = [];
  let line = 0;
  for (const group of ["english", "languages"]) {
    const files = readdirSync(join(folder, group)).filter((file) => file.endsWith(".tsv") && !file.endsWith("slots.tsv")).sort();
    for (const file of files) {
      const own = join(folder, group, file.replace(/\.tsv$/, ".slots.tsv"));
      const slots = readSlots(group === "english" ? join(folder, group, "slots.tsv") : own);
      for (const [category, text] of linesOf(join(folder, group, file))) {
        line++;
        const varied = /[{[]/.test(text);
        const texts = new Set(Array.from({ length: varied ? fills : 1 }, () => fill(text, slots, random)));
        for (const each of texts) seeds.push({ category, text: each, line });
      }
    }
  }
  return seeds;
}

function linesOf(file: string): [Category, string][] {
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.startsWith("#"))
    .map((line, at) => {
      const [category = "", text = ""] = line.split("\t");
      if (!isCategory(category) || text === "") throw new Error(`${file}:${at + 1}: no category, or no text: ${line}`);
      return [category, text.replaceAll("\\n", "\n").replaceAll("\\t", "\t")];
    });
}

function isCategory(name: string): name is Category {
  return categories.some((category) => category === name);
}

function readSlots(file: string): Map<string, string[]> {
  if (!existsSync(file)) return new Map();
  return new Map(
    readFileSync(file, "utf8")
      .split("\n")
      .filter((line) => line.includes("\t"))
      .map((line) => {
        const [name = "", values = ""] = line.split("\t");
        return [name, values.split("|")];
      }),
  );
}

function fill(text: string, slots: Map<string, string[]>, random: ReturnType<typeof seededRandom>): string {
  return text
    .replace(/\[([^\]]*)\]/g, (_, part: string) => (random.below(2) === 0 ? part : ""))
    .replace(/\{(\w+)\}/g, (whole, name: string) => {
      const values = slots.get(name);
      return values ? (values[random.below(values.length)] ?? whole) : whole;
    })
    .trim();
}
