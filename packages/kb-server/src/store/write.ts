import { UserError } from "@paios/shared/errors";
import { type Database, sql } from "@paios/shared/sqlite";
import { databaseSpan } from "@paios/shared/trace";
import { findNear, findOld, findSource, findTwin, type OldArticle, type Twin } from "./find.ts";
import type { Prepared, PreparedChunk } from "./prepare.ts";
import { nearKeys } from "./simhash.ts";

export interface Written {
  id: number;
  status: "added" | "updated" | "unchanged" | "duplicate";
  version: number;
  nearDuplicateOf?: number;
}

const batchMs = 8;
/** Whoever waits for the lock looks at it every 1 to 100 ms; without a rest in between it would wait for the whole work. */
const restMs = 3;
const nobody = new Int32Array(new SharedArrayBuffer(4));
const keptVersions = 10;

/**
 * Writes prepared articles in transactions that end after 8 ms of work, so that others are never kept waiting.
 * A long article is staged over several and comes to life in the last: nobody sees half of it, and a crash leaves
 * staging rows that `purge` removes. When this returns, everything is stored.
 */
export function writeArticles(database: Database, articles: readonly Prepared[], now: number): Written[] {
  const written: Written[] = [];
  inBatches(database, function* () {
    for (const article of articles) {
      written.push(yield* writeSteps(database, article, now));
      yield;
    }
  });
  return written;
}

/**
 * Gives an article a new text and facts; the old text becomes a version. Returns the new version's number, or 0 when the
 * article is not at version `expected` any more, which what is written was made from.
 */
export function rewriteArticle(database: Database, id: number, article: Prepared, now: number, expected?: number): number {
  let version = 0;
  inBatches(database, function* () {
    for (let tries = 0; version === 0 && tries < 20; tries++) {
      if (expected !== undefined && findOld(database, id)?.version !== expected) return;
      version = (yield* replaceSteps(database, article, id, now))?.version ?? 0;
    }
  });
  if (version === 0 && expected === undefined) throw new UserError("not_found", `Article ${id} is gone or being changed by another process; try again.`);
  return version;
}

/** Runs the steps of `work` under BEGIN IMMEDIATE; each `yield` is a place where the batch may end. */
export function inBatches(database: Database, work: () => Generator<void>): void {
  const steps = work();
  const batch = database.transaction(() => {
    const until = performance.now() + batchMs;
    for (;;) {
      if (steps.next().done) return true;
      if (performance.now() > until) return false;
    }
  });
  databaseSpan(database, "write articles", () => {
    while (!batch.immediate()) Atomics.wait(nobody, 0, 0, restMs);
  });
}

/** Another process may write the same source between two of our batches; then the attempt is thrown away and repeated. */
function* writeSteps(database: Database, article: Prepared, now: number): Generator<void, Written> {
  for (;;) {
    const written = yield* attempt(database, article, now);
    if (written) return written;
  }
}

function* attempt(database: Database, article: Prepared, now: number): Generator<void, Written | undefined> {
  const { source } = article;
  const known = source.kind === "added" ? undefined : findSource(database, source.kind, source.location);
  const twin = findTwin(database, article);
  if (twin) return joinTwin(database, article, twin, known?.id, now);
  if (known?.alone) return yield* replaceSteps(database, article, known.article_id, now);
  const near = findNear(database, article);
  const id = insertStaging(database, article, now);
  for (const [position, part] of article.chunks.entries()) {
    if (position > 0 && !(yield* stillStaged(database, id))) return undefined;
    insertChunk(database, id, part, position);
  }
  const current = source.kind === "added" ? undefined : findSource(database, source.kind, source.location);
  if (findTwin(database, article) || current?.id !== known?.id || current?.alone) return yield* discard(database, id);
  if (known) sql(database, "DELETE FROM source WHERE id = ?").run(known.id);
  insertSource(database, article, id, now);
  insertLabels(database, article, id);
  sql(database, "UPDATE article SET state = 'live' WHERE id = ?").run(id);
  sql(database, "UPDATE stats SET articles = articles + 1").run();
  return { id, status: "added", version: 1, ...(near !== undefined && { nearDuplicateOf: near }) };
}

/** The same text in the same project is stored once; another place where it was found is another source of it. */
function joinTwin(database: Database, article: Prepared, twin: Twin, sourceId: number | undefined, now: number): Written {
  const status = sourceId === undefined ? "duplicate" : "unchanged";
  if (sourceId !== undefined) {
    const left = sql(database, "UPDATE article SET state = 'forgotten', forgotten_ms = @now WHERE id = (SELECT article_id FROM source WHERE id = @source) AND id <> @twin AND state = 'live' AND (SELECT count(*) FROM source WHERE article_id = article.id) = 1").run({ source: sourceId, twin: twin.id, now });
    sql(database, "UPDATE stats SET articles = articles - ?").run(left.changes);
    sql(database, "UPDATE source SET article_id = ?, sha256 = ?, bytes = ?, modified_ms = ?, captured_ms = ? WHERE id = ?")
      .run(twin.id, ...content(article), now, sourceId);
  } else if (article.source.kind !== "added") {
    insertSource(database, article, twin.id, now);
  }
  for (const tag of article.tags) sql(database, "INSERT OR IGNORE INTO tag VALUES (?, ?)").run(twin.id, tag);
  return { id: twin.id, status, version: twin.version };
}

/** A changed source: passages that are still there keep their ids and vectors, the old text becomes a version. */
function* replaceSteps(database: Database, article: Prepared, id: number, now: number): Generator<void, Written | undefined> {
  const old = findOld(database, id);
  if (!old) return undefined;
  const rows = sql<OldChunk>(database, "SELECT id, heading, text FROM chunk WHERE article_id = ? ORDER BY position").all(id);
  const kept = new Map<string, OldChunk[]>();
  // The title is part of every passage's index entry, so a new title keeps none.
  if (old.title === article.title) for (const row of rows) mapPush(kept, `${row.heading}\n${row.text}`, row);
  const plan = article.chunks.map((part) => ({ part, row: kept.get(`${part.heading}\n${part.text}`)?.shift() }));
  const staged = insertStaging(database, article, now);
  const inserted: { id: number; position: number }[] = [];
  for (const [position, { part, row }] of plan.entries()) {
    if (row) continue;
    inserted.push({ id: insertChunk(database, staged, part, position), position });
    if (!(yield* stillStaged(database, staged))) return undefined;
  }
  const current = findOld(database, id);
  if (current?.version !== old.version) return yield* discard(database, staged);
  keepVersion(database, id, old, rows.map((row) => row.text).join(""), now);
  const survivors = new Set(plan.flatMap(({ row }) => (row ? [row.id] : [])));
  const place = sql(database, "UPDATE chunk SET article_id = ?, position = ? WHERE id = ?");
  for (const [index, row] of rows.entries()) if (!survivors.has(row.id)) place.run(staged, index, row.id);
  for (const [position, { row }] of plan.entries()) if (row && row !== rows[position]) place.run(id, position, row.id);
  for (const chunk of inserted) place.run(id, chunk.position, chunk.id);
  sql(database, "UPDATE article SET title = ?, passages = ?, text_hash = ?, simhash = ?, analysis = ?, trust = ?, quotes = ?, type = ?, project = ?, version = version + 1, updated_ms = ?, state = 'live', forgotten_ms = NULL WHERE id = ?")
    .run(article.title, article.chunks.length, article.textHash, article.simhash ?? null, JSON.stringify(article.analysis ?? {}), article.trust, quotes(article), article.type, article.project, now, id);
  sql(database, "UPDATE source SET sha256 = ?, bytes = ?, modified_ms = ?, captured_ms = ? WHERE article_id = ? AND kind = ? AND location = ?")
    .run(...content(article), now, id, article.source.kind, article.source.location);
  for (const table of ["tag", "link", "near_key"]) sql(database, `DELETE FROM ${table} WHERE article_id = ?`).run(id);
  insertLabels(database, article, id);
  if (current.state !== "live") sql(database, "UPDATE stats SET articles = articles + 1").run();
  yield* discard(database, staged);
  return { id, status: "updated", version: old.version + 1 };
}

/** A place where the batch may end. False when a purge elsewhere took the work for a crash's: a clock may jump. */
function* stillStaged(database: Database, id: number): Generator<void, boolean> {
  yield;
  return sql(database, "SELECT 1 FROM article WHERE id = ? AND state = 'staging'").get(id) !== undefined;
}

function* discard(database: Database, id: number): Generator<void, undefined> {
  sql(database, "UPDATE article SET state = 'trash' WHERE id = ?").run(id);
  yield;
  yield* emptySteps(database, id);
}

/** Removes what is in the trash: its passages, their index entries and vectors, then itself. Another process may do the same. */
export function* emptySteps(database: Database, id: number): Generator<void> {
  const ids = sql(database, "SELECT id FROM chunk WHERE article_id = ?").pluck().all(id) as number[];
  for (const chunkId of ids) {
    removeChunk(database, chunkId);
    yield;
  }
  sql(database, "DELETE FROM article WHERE id = ?").run(id);
}

function removeChunk(database: Database, id: number): void {
  const terms = sql(database, "DELETE FROM chunk WHERE id = ? RETURNING terms").pluck().get(id);
  if (terms === undefined) return;
  sql(database, "UPDATE stats SET chunks = chunks - 1, terms = terms - ?").run(terms);
  sql(database, "DELETE FROM chunk_terms WHERE rowid = ?").run(id);
  sql(database, "DELETE FROM vector WHERE chunk_id = ?").run(id);
}

function insertStaging(database: Database, article: Prepared, now: number): number {
  return Number(
    sql(database, "INSERT INTO article(state, project, type, title, trust, quotes, passages, text_hash, simhash, version, analysis, supersedes, created_ms, updated_ms) VALUES ('staging', ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?)")
      .run(article.project, article.type, article.title, article.trust, quotes(article), article.chunks.length, article.textHash, article.simhash ?? null, JSON.stringify(article.analysis ?? {}), article.supersedes ?? null, now, now).lastInsertRowid,
  );
}

function insertChunk(database: Database, articleId: number, part: PreparedChunk, position: number): number {
  const id = Number(
    sql(database, "INSERT INTO chunk(article_id, position, heading, text, terms) VALUES (?, ?, ?, ?, ?)").run(articleId, position, part.heading, part.text, part.termCount)
      .lastInsertRowid,
  );
  sql(database, "INSERT INTO chunk_terms(rowid, terms) VALUES (?, ?)").run(id, part.terms);
  sql(database, "UPDATE stats SET chunks = chunks + 1, terms = terms + ?").run(part.termCount);
  return id;
}

function insertSource(database: Database, { source, ...article }: Prepared, articleId: number, now: number): void {
  sql(database, "INSERT INTO source(article_id, kind, location, origin, session, trace_id, sha256, bytes, modified_ms, captured_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
    .run(articleId, source.kind, source.location, source.origin, source.session ?? null, source.traceId ?? null, ...content({ source, ...article }), now);
}

function insertLabels(database: Database, article: Prepared, id: number): void {
  const tag = sql(database, "INSERT OR IGNORE INTO tag(article_id, tag) VALUES (?, ?)");
  for (const name of article.tags) tag.run(id, name);
  const link = sql(database, "INSERT OR IGNORE INTO link(article_id, target) VALUES (?, ?)");
  for (const target of article.links) link.run(id, target);
  const near = sql(database, "INSERT OR IGNORE INTO near_key(key, article_id) VALUES (?, ?)");
  if (article.simhash) for (const key of nearKeys(article.simhash)) near.run(key, id);
}

function keepVersion(database: Database, id: number, old: OldArticle, text: string, now: number): void {
  sql(database, "INSERT OR REPLACE INTO article_version VALUES (?, ?, ?, ?, ?)").run(id, old.version, old.title, text, now);
  sql(database, "DELETE FROM article_version WHERE article_id = ? AND version <= ?").run(id, old.version - keptVersions);
}

interface OldChunk {
  id: number;
  heading: string;
  text: string;
}

function content({ source, textHash, text }: Pick<Prepared, "source" | "textHash" | "text">): [Uint8Array, number, number | null] {
  return [source.sha256 ?? textHash, source.bytes ?? Buffer.byteLength(text), source.modifiedMs ?? null];
}

/** Agent text that names a page or file as its source may quote it, and is fenced like it. */
function quotes({ source, trust }: Prepared): number {
  return trust === "agent" && /^[a-z][a-z+.-]*:\/\//i.test(source.location) ? 1 : 0;
}

function mapPush<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
