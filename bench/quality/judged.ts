import { readFileSync } from "node:fs";

export interface JudgedDocument {
  id: string;
  kind: string;
  project: string;
  title: string;
  text: string;
}

export interface JudgedQuery {
  id: string;
  kind: "note" | "page" | "session" | "none";
  query: string;
  relevant: Record<string, number>;
  half: "tune" | "report";
}

/** The judged set of bench/judged: written and split before the ranking it judges. */
export function readJudged(): { documents: JudgedDocument[]; queries: JudgedQuery[] } {
  return { documents: lines("documents.jsonl"), queries: lines("queries.jsonl") };
}

function lines<T>(name: string): T[] {
  const text = readFileSync(new URL(`../judged/${name}`, import.meta.url), "utf8");
  return text.trim().split("\n").map((line) => JSON.parse(line) as T);
}
