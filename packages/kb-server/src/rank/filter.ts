import { type Database, sql } from "@paios/shared/sqlite";
import type { Freshness } from "./freshness.ts";

/** What narrows a search. Times are epoch ms; tags must all be there. */
export interface Filter {
  project?: string | undefined;
  origin?: string | undefined;
  type?: string | undefined;
  tags?: readonly string[] | undefined;
  sinceMs?: number | undefined;
  untilMs?: number | undefined;
}

/** SQL conditions on `article` for a filter, with their values. */
export function conditions(filter: Filter): { where: string[]; values: (string | number)[] } {
  const where: string[] = [];
  const values: (string | number)[] = [];
  const add = (condition: string, value: string | number | undefined) => {
    if (value === undefined) return;
    where.push(condition);
    values.push(value);
  };
  add("project = ?", filter.project);
  add("article.type = ?", filter.type);
  add("updated_ms >= ?", filter.sinceMs);
  add("updated_ms < ?", filter.untilMs);
  add("EXISTS (SELECT 1 FROM source WHERE source.article_id = article.id AND origin = ?)", filter.origin);
  for (const tag of filter.tags ?? []) add("EXISTS (SELECT 1 FROM tag WHERE tag.article_id = article.id AND tag = ?)", tag);
  return { where, values };
}

/** One byte per passage id, 1 where the filter lets it through; undefined when it lets all through. */
export function mask(database: Database, filter: Filter, cache: Freshness): Uint8Array | undefined {
  const { where, values } = conditions(filter);
  if (where.length === 0) return undefined;
  return cache.get(`mask:${JSON.stringify([where, values])}`, () => {
    const size = sql(database, "SELECT coalesce(max(id), 0) + 1 FROM chunk").pluck().get() as number;
    const allowed = new Uint8Array(size);
    const ids = sql(database, `SELECT chunk.id FROM article JOIN chunk ON article_id = article.id WHERE state = 'live' AND ${where.join(" AND ")}`).pluck().all(...values) as number[];
    for (const id of ids) allowed[id] = 1;
    return allowed;
  });
}
