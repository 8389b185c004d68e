import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { sql } from "@paios/shared/sqlite";
import type { Kb } from "./kb.ts";
import { factsOf, textOf } from "./store/read.ts";

/** Writes every live article as a Markdown file with front matter to `<folder>/<project>/<title>-<id>.md`. Returns how many. */
export function exportArticles(kb: Kb, folder: string, progress: (done: number, total: number) => void): number {
  const ids = sql(kb.database, "SELECT id FROM article WHERE state = 'live' ORDER BY id").pluck().all() as number[];
  for (const [index, id] of ids.entries()) {
    const [article] = factsOf(kb.database, [id]);
    if (!article) continue;
    const path = join(folder, slug(article.project) || "no-project", `${slug(article.title) || "untitled"}-${id}.md`);
    mkdirSync(dirname(path), { recursive: true });
    const [source] = article.sources;
    const front = {
      title: article.title,
      id,
      type: article.type,
      project: article.project,
      tags: article.tags,
      trust: article.trust,
      origin: source?.origin,
      source: source?.location,
      created: new Date(article.createdMs).toISOString(),
      updated: new Date(article.updatedMs).toISOString(),
    };
    const lines = Object.entries(front).flatMap(([key, value]) => (value === undefined || value === "" ? [] : [`${key}: ${JSON.stringify(value)}`]));
    writeFileSync(`${path}.part`, `---\n${lines.join("\n")}\n---\n\n${textOf(kb.database, id)}`);
    renameSync(`${path}.part`, path);
    progress(index + 1, ids.length);
  }
  return ids.length;
}

function slug(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 60);
}
