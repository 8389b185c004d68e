import { join } from "node:path";
import { type Database, openDatabase } from "@paios/shared/sqlite";
import { type NewArticle, prepare, type Prepared } from "../prepare.ts";
import { migrations } from "../schema.ts";

/** An empty knowledge base's database in a folder, or another connection to the one that is there. */
export function openStore(folder: string): Database {
  return openDatabase({ path: join(folder, "kb.sqlite"), migrations });
}

export function note(text: string, more: Partial<NewArticle> = {}): Prepared {
  return prepare({ title: "A note", text, type: "note", project: "", tags: [], trust: "person", source: { kind: "added", location: "", origin: "person" }, ...more });
}

export function file(location: string, text: string, more: Partial<NewArticle> = {}): Prepared {
  return note(text, { title: "A file", source: { kind: "file", location, origin: "person", modifiedMs: text.length }, ...more });
}

/** A text of so many passages, each with a word of its own. */
export function passages(count: number, word = "passage"): string {
  return Array.from({ length: count }, (_, n) => `# Heading ${n}\n\n${`${word} ${n} says something about the matter at hand. `.repeat(16)}\n\n`).join("");
}

/**
 * The same connection on a slow machine, where every passage takes a whole transaction's time, and with another process
 * that does `meanwhile` between two transactions: `at` 1 is before the second.
 */
export function interrupted(database: Database, meanwhile: (at: number) => void): Database {
  let at = 0;
  database.function("pause", () => {
    for (const until = performance.now() + 9; performance.now() < until; );
    return null;
  });
  for (const change of ["INSERT", "DELETE"]) database.exec(`CREATE TEMP TRIGGER IF NOT EXISTS slow_${change} AFTER ${change} ON chunk BEGIN SELECT pause(); END`);
  return new Proxy(database, {
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key, target);
      if (key === "transaction") {
        return (work: () => unknown) => ({
          immediate: () => {
            if (at > 0) meanwhile(at);
            at++;
            return target.transaction(work).immediate();
          },
        });
      }
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
}

/** Everything that must hold between the tables, as a list of what does not. */
export function faults(database: Database): string[] {
  const count = (text: string) => database.prepare(text).pluck().get() as number;
  const stats = database.prepare("SELECT articles, chunks, terms FROM stats").get();
  const real = database.prepare("SELECT (SELECT count(*) FROM article WHERE state = 'live') AS articles, (SELECT count(*) FROM chunk) AS chunks, (SELECT coalesce(sum(terms), 0) FROM chunk) AS terms").get();
  const checks: [string, boolean][] = [
    ["integrity", database.pragma("integrity_check", { simple: true }) === "ok"],
    ["foreign keys", (database.pragma("foreign_key_check") as unknown[]).length === 0],
    [`statistics ${JSON.stringify(stats)} instead of ${JSON.stringify(real)}`, JSON.stringify(stats) === JSON.stringify(real)],
    ["index rows without passage, or the other way", count("SELECT count(*) FROM chunk_terms_docsize") === count("SELECT count(*) FROM chunk JOIN chunk_terms_docsize ON chunk_terms_docsize.id = chunk.id") && count("SELECT count(*) FROM chunk_terms_docsize") === count("SELECT count(*) FROM chunk")],
    ["a live article without passages", count("SELECT count(*) FROM article WHERE state = 'live' AND NOT EXISTS (SELECT 1 FROM chunk WHERE article_id = article.id)") === 0],
    ["a live article without source", count("SELECT count(*) FROM article WHERE state = 'live' AND NOT EXISTS (SELECT 1 FROM source WHERE article_id = article.id)") === 0],
    ["a gap in an article's passages", count("SELECT count(*) FROM (SELECT count(*) AS n, max(position) AS last, count(DISTINCT position) AS places FROM chunk JOIN article ON article.id = article_id WHERE state = 'live' GROUP BY article_id) WHERE n <> last + 1 OR n <> places") === 0],
    ["a source of what is in the trash", count("SELECT count(*) FROM source JOIN article ON article.id = article_id WHERE state IN ('trash', 'staging')") === 0],
  ];
  return checks.flatMap(([name, holds]) => (holds ? [] : [name]));
}
