import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { queryTerms } from "../../packages/kb-server/src/rank/words.ts";
import { weights } from "../../packages/kb-server/src/rank/weights.ts";
import { randomFrom } from "../corpus.ts";
import { timed } from "../measure.ts";
import type { JudgedDocument, JudgedQuery } from "./judged.ts";
import { measure } from "./measure.ts";
import { ours } from "./rankers.ts";

// `node bench/quality/known-items.ts FOLDER...`: how many candidates the ranking needs, on as much text as one has. A
// question is some words of one of the texts, which it should find again: no judge of the ranking, but of what is cut off.

const asked = 3_000;
const [fewest, most] = [2_000, 200_000];
const counts = [64, 96, 128, 160, 200, 300];

function readDocuments(folders: readonly string[]): JudgedDocument[] {
  const texts = new Map<string, JudgedDocument>();
  for (const folder of folders) {
    for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
      const id = join(folder, name);
      const stat = /\.(md|rst|txt)$/.test(name) ? statSync(id, { throwIfNoEntry: false }) : undefined;
      if (!stat?.isFile() || stat.size < fewest || stat.size > most) continue;
      const text = readFileSync(id, "utf8");
      // The same file lies in many packages.
      texts.set(text.slice(0, fewest), { id, kind: "page", project: "", title: /^#+ (.+)$/m.exec(text)?.[1]?.slice(0, 200) ?? name, text });
    }
  }
  return [...texts.values()];
}

function* knownItems(documents: readonly JudgedDocument[], random: () => number): Generator<JudgedQuery> {
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T;
  for (let n = 0; n < asked; ) {
    const { id, title, text } = pick(documents);
    const sentences = text.replace(/[`*_#[\]()|<>]/g, " ").split(/[.!?\n]+/).filter((sentence) => queryTerms(sentence).length >= 3);
    if (sentences.length === 0) continue;
    const [words, others] = [pick(sentences).trim().split(/\s+/), pick(sentences).trim().split(/\s+/)];
    const ways = [words.slice(0, 14), [...words.filter(() => random() < 0.5), ...others.filter(() => random() < 0.3)].slice(0, 10), [title, pick(words), pick(others)]];
    const query = (ways[n % ways.length] ?? words).join(" ");
    if (queryTerms(query).length < 2) continue;
    yield { id: `${n++}`, kind: "page", query, relevant: { [id]: 1 }, half: "tune" };
  }
}

const documents = readDocuments(process.argv.slice(2));
if (documents.length === 0) throw new Error("No texts: name folders with .md, .rst or .txt files");
const queries = [...knownItems(documents, randomFrom(7))];
const ranker = await ours(documents);
console.log(`${documents.length} texts, ${queries.length} questions`);
for (const candidates of counts) {
  let found = { ndcg10: 0, recall5: 0, mrr: 0 };
  const milliseconds = await timed(async () => (found = await measure(ranker, queries, { ...weights, candidates, candidatesOfMany: candidates })));
  console.log(`${candidates} candidates: nDCG ${found.ndcg10.toFixed(4)} R@5 ${found.recall5.toFixed(4)} MRR ${found.mrr.toFixed(4)}, ${(milliseconds / asked).toFixed(2)} ms a question`);
}
await ranker.close();
