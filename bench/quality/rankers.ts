import { mkdirSync, writeFileSync } from "node:fs";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import Database from "better-sqlite3";
import { closeKb, openKb } from "../../packages/kb-server/src/kb.ts";
import { search } from "../../packages/kb-server/src/rank/search.ts";
import { type Weights, weights as tuned } from "../../packages/kb-server/src/rank/weights.ts";
import { prepare } from "../../packages/kb-server/src/store/prepare.ts";
import { writeArticles } from "../../packages/kb-server/src/store/write.ts";
import type { JudgedDocument } from "./judged.ts";

/** Ranks the documents for a question, best first, by their ids. */
export interface Ranker {
  rank: (query: string, weights?: Weights) => Promise<string[]>;
  close: () => Promise<void>;
}

const depth = 20;

/** Our ranking over a knowledge base that holds the documents; with vectors when `embeddings` is an endpoint. */
export async function ours(documents: readonly JudgedDocument[], embeddings?: { url: string; model: string }): Promise<Ranker> {
  const folder = temporaryFolder();
  mkdirSync(folder.path, { recursive: true });
  const settings = embeddings ? { provider: "openai", ...embeddings } : { provider: "none" };
  writeFileSync(`${folder.path}/paios.json`, JSON.stringify({ kb: { embeddings: settings } }));
  const kb = openKb(folder.path);
  const prepared = documents.map(({ title, text, project }) =>
    prepare({ title, text, type: "note", project, tags: [], trust: "person", source: { kind: "added", location: "", origin: "person" } }),
  );
  const names = new Map(writeArticles(kb.database, prepared, Date.now()).map(({ id }, at) => [id, documents[at]?.id ?? ""]));
  if (embeddings) await kb.embeddings.run();
  return {
    rank: async (query, weights = tuned) => {
      const { hits } = await search(kb, { query, limit: depth, mode: embeddings ? "auto" : "keyword" }, new AbortController().signal, weights);
      return hits.map(({ articleId }) => names.get(articleId) ?? "");
    },
    close: async () => {
      await closeKb(kb);
      folder[Symbol.dispose]();
    },
  };
}

/** What SQLite gives out of the box: porter and unicode61, the question's words joined by OR, bm25(). */
export function plainFts5(documents: readonly JudgedDocument[]): Ranker {
  const database = new Database(":memory:");
  database.exec("CREATE VIRTUAL TABLE document USING fts5(title, text, tokenize = 'porter unicode61')");
  const insert = database.prepare("INSERT INTO document(rowid, title, text) VALUES (?, ?, ?)");
  for (const [at, { title, text }] of documents.entries()) insert.run(at + 1, title, text);
  const select = database.prepare("SELECT rowid FROM document WHERE document MATCH ? ORDER BY bm25(document) LIMIT ?").pluck();
  return {
    rank: async (query) => {
      const words = query.match(/[\p{L}\p{N}]+/gu) ?? [];
      const rowids = words.length === 0 ? [] : (select.all(words.map((word) => `"${word}"`).join(" OR "), depth) as number[]);
      return rowids.map((rowid) => documents[rowid - 1]?.id ?? "");
    },
    close: async () => void database.close(),
  };
}
