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

/** One byte per passage id, 1 where it is live and the filter lets it through; undefined when all are let through. */
export function mask(database: Database, filter: Filter, cache: Freshness): Uint8Array | undefined {
  const { where, values } = conditions(filter);
  return cache.get(`mask:${JSON.stringify([where, values])}`, () => {
    const passages = (condition: string) => sql<number>(database, `SELECT chunk.id FROM article JOIN chunk ON article_id = article.id WHERE ${condition}`).pluck().all(...values);
    const size = sql(database, "SELECT coalesce(max(id), 0) + 1 FROM chunk").pluck().get() as number;
    if (where.length > 0) return marked(new Uint8Array(size), passages(["state = 'live'", ...where].join(" AND ")), 1);
    // What is hidden must not take the places of what can be shown.
    const hidden = passages("state <> 'live'");
    return hidden.length > 0 ? marked(new Uint8Array(size).fill(1), hidden, 0) : undefined;
  });
}

function marked(mask: Uint8Array, ids: readonly number[], as: 0 | 1): Uint8Array {
  for (const id of ids) mask[id] = as;
  return mask;
}
