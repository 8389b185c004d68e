import { type Database, sql } from "@paios/shared/sqlite";
import type { Prepared } from "./prepare.ts";
import { differingBits, nearBits, nearKeys } from "./simhash.ts";

export interface OldArticle {
  title: string;
  version: number;
  state: string;
}

export interface Twin {
  id: number;
  version: number;
}

export interface KnownSource {
  id: number;
  article_id: number;
  /** Its article has no other source. */
  alone: boolean;
}

/** What an update starts from; what is in the trash is gone. */
export function findOld(database: Database, id: number): OldArticle | undefined {
  return sql<OldArticle>(database, "SELECT title, version, state FROM article WHERE id = ? AND state IN ('live', 'forgotten')").get(id);
}

/** The live article with the same title and text in the same project. */
export function findTwin(database: Database, article: Prepared): Twin | undefined {
  return sql(database, "SELECT id, version FROM article WHERE text_hash = ? AND project = ? AND state = 'live'").get(article.textHash, article.project) as Twin | undefined;
}

export function findSource(database: Database, kind: string, location: string): KnownSource | undefined {
  const row = sql(database, "SELECT id, article_id, (SELECT count(*) FROM source AS other WHERE other.article_id = source.article_id) = 1 AS alone FROM source WHERE kind = ? AND kind <> 'added' AND location = ?")
    .get(kind, location) as { id: number; article_id: number; alone: number } | undefined;
  return row && { ...row, alone: row.alone === 1 };
}

/** A live article of the same project that says nearly the same. */
export function findNear(database: Database, { simhash: own, project }: Prepared): number | undefined {
  if (!own) return undefined;
  const rows = sql(database, "SELECT DISTINCT article.id, simhash FROM near_key CROSS JOIN article ON article.id = article_id WHERE key IN (?, ?, ?, ?) AND state = 'live' AND project = ? ORDER BY article.id LIMIT 200")
    .all(...nearKeys(own), project) as { id: number; simhash: Uint8Array }[];
  return rows.find((row) => differingBits(row.simhash, own) <= nearBits)?.id;
}
