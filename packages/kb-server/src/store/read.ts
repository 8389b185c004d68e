import { UserError } from "@paios/shared/errors";
import { type Database, sql } from "@paios/shared/sqlite";
import { databaseSpan } from "@paios/shared/trace";
import { conditions, type Filter } from "../rank/filter.ts";
import type { Trust } from "./prepare.ts";

/** What is known about an article besides its text. */
export interface ArticleFacts {
  id: number;
  title: string;
  type: string;
  project: string;
  trust: Trust;
  quotes: number;
  version: number;
  createdMs: number;
  updatedMs: number;
  analysis: string;
  supersedes: number | null;
  tags: string[];
  sources: SourceFacts[];
}

interface SourceFacts {
  kind: string;
  location: string;
  origin: string;
  session: string | null;
  traceId: string | null;
  capturedMs: number;
}

type Row = Omit<ArticleFacts, "tags" | "sources"> & { tags: string; sources: string };

const columns = `article.id, article.title, article.type, project, trust, quotes, version, created_ms AS createdMs, updated_ms AS updatedMs, analysis, supersedes,
  (SELECT json_group_array(tag) FROM tag WHERE tag.article_id = article.id) AS tags,
  (SELECT json_group_array(json_object('kind', kind, 'location', location, 'origin', origin, 'session', session, 'traceId', trace_id, 'capturedMs', captured_ms) ORDER BY source.id)
   FROM source WHERE source.article_id = article.id) AS sources`;

/** The facts of live articles, in the order of `ids`. */
export function factsOf(database: Database, ids: readonly number[]): ArticleFacts[] {
  return databaseSpan(database, "read articles", () =>
    sql<Row>(database, `SELECT ${columns} FROM json_each(?) CROSS JOIN article ON article.id = json_each.value WHERE state = 'live' ORDER BY json_each.key`)
      .all(JSON.stringify(ids))
      .map(parseRow),
  );
}

export function requireArticle(database: Database, id: number): ArticleFacts {
  const [facts] = factsOf(database, [id]);
  if (facts) return facts;
  const forgotten = sql(database, "SELECT 1 FROM article WHERE id = ? AND state = 'forgotten'").get(id);
  throw new UserError("not_found", forgotten ? `Article ${id} was forgotten. kb_forget with undo brings it back until it is purged.` : `There is no article ${id}. kb_search and kb_list give ids.`);
}

/** Live articles by a filter, newest change first, after `before` (an earlier answer's last). */
export function listArticles(database: Database, filter: Filter, limit: number, before: { updatedMs: number; id: number } | undefined): ArticleFacts[] {
  const { where, values } = conditions(filter);
  if (before) where.push("(updated_ms, article.id) < (?, ?)");
  const all = [...values, ...(before ? [before.updatedMs, before.id] : []), limit];
  return databaseSpan(database, "list articles", () =>
    sql<Row>(database, `SELECT ${columns} FROM article WHERE ${["state = 'live'", ...where].join(" AND ")} ORDER BY updated_ms DESC, article.id DESC LIMIT ?`)
      .all(...all)
      .map(parseRow),
  );
}

/** The text of an article: its passages, joined. */
export function textOf(database: Database, id: number): string {
  return databaseSpan(database, "read text", () => sql<string>(database, "SELECT text FROM chunk WHERE article_id = ? ORDER BY position").pluck().all(id).join(""));
}

function parseRow(row: Row): ArticleFacts {
  return { ...row, tags: JSON.parse(row.tags) as string[], sources: JSON.parse(row.sources) as SourceFacts[] };
}
