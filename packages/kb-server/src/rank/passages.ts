import { type Database, sql } from "@paios/shared/sqlite";

/** What is known about a passage besides its text, which is fetched for what is shown. */
export interface PassageFacts {
  id: number;
  articleId: number;
  position: number;
  heading: string;
  title: string;
  /** How many passages its article has. */
  passages: number;
}

const columns = "'id', chunk.id, 'articleId', article_id, 'position', position, 'heading', heading, 'title', title, 'passages', passages";
const selected = "FROM json_each(?) CROSS JOIN chunk ON chunk.id = json_each.value CROSS JOIN article ON article.id = article_id WHERE state = 'live'";

export function fetchPassages(database: Database, ids: readonly number[]): PassageFacts[] {
  return JSON.parse(sql<string>(database, `SELECT json_group_array(json_object(${columns})) ${selected}`).pluck().get(JSON.stringify(ids)) ?? "[]") as PassageFacts[];
}

/**
 * Passages with their texts as UTF-8 in one buffer, a line end behind each, and where each text ends. In one row, because
 * a hundred of them, with their strings and those made bytes again, would be half the work of a question and most of its garbage.
 */
export function readPassages(database: Database, ids: readonly number[]): { passages: PassageFacts[]; ends: number[]; bytes: Buffer } {
  const read = sql<{ passages: string; lengths: string; bytes: Buffer }>(
    database,
    `SELECT json_group_array(json_object(${columns})) AS passages, json_group_array(octet_length(text)) AS lengths,
       CAST(coalesce(group_concat(text, char(10)), '') || char(10) AS BLOB) AS bytes ${selected}`,
  ).get(JSON.stringify(ids));
  let end = -1;
  return {
    passages: JSON.parse(read?.passages ?? "[]") as PassageFacts[],
    ends: (JSON.parse(read?.lengths ?? "[]") as number[]).map((length) => (end += length + 1)),
    bytes: read?.bytes ?? Buffer.alloc(0),
  };
}

export function textsOf(database: Database, ids: readonly number[]): Map<number, string> {
  const rows = sql<{ id: number; text: string }>(database, "SELECT chunk.id, text FROM json_each(?) CROSS JOIN chunk ON chunk.id = json_each.value").all(JSON.stringify(ids));
  return new Map(rows.map(({ id, text }) => [id, text]));
}
