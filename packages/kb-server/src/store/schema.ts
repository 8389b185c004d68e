import type { Migration } from "@paios/shared/sqlite";

/**
 * What the knowledge base remembers. Steps are only ever appended.
 * An article has passages (`chunk`), which joined are its text, and one or more sources, where that text was found.
 * `chunk_terms` is a contentless FTS5 index over the analysed terms of a passage: postings only, ranking is ours.
 */
export const migrations: readonly Migration[] = [
  `
  CREATE TABLE article (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    state TEXT NOT NULL CHECK (state IN ('staging', 'live', 'forgotten', 'trash')),
    project TEXT NOT NULL,
    type TEXT NOT NULL,
    title TEXT NOT NULL,
    trust TEXT NOT NULL CHECK (trust IN ('person', 'agent', 'external')),
    quotes INTEGER NOT NULL,
    text_hash BLOB NOT NULL,
    simhash BLOB,
    version INTEGER NOT NULL,
    analysis TEXT NOT NULL,
    supersedes INTEGER,
    created_ms INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL,
    forgotten_ms INTEGER
  ) STRICT;
  CREATE INDEX article_text ON article(text_hash);
  CREATE INDEX article_updated ON article(updated_ms, id) WHERE state = 'live';
  CREATE INDEX article_hidden ON article(state) WHERE state <> 'live';
  CREATE INDEX article_supersedes ON article(supersedes) WHERE supersedes IS NOT NULL;

  CREATE TABLE article_version (
    article_id INTEGER NOT NULL REFERENCES article(id) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    replaced_ms INTEGER NOT NULL,
    PRIMARY KEY (article_id, version)
  ) STRICT;

  CREATE TABLE source (
    id INTEGER PRIMARY KEY,
    article_id INTEGER NOT NULL REFERENCES article(id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('added', 'file', 'url')),
    location TEXT NOT NULL,
    origin TEXT NOT NULL,
    session TEXT,
    trace_id TEXT,
    sha256 BLOB NOT NULL,
    bytes INTEGER NOT NULL,
    modified_ms INTEGER,
    captured_ms INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX source_article ON source(article_id);
  CREATE UNIQUE INDEX source_location ON source(kind, location) WHERE kind <> 'added';

  CREATE TABLE chunk (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    article_id INTEGER NOT NULL REFERENCES article(id),
    position INTEGER NOT NULL,
    heading TEXT NOT NULL,
    text TEXT NOT NULL,
    terms INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX chunk_article ON chunk(article_id, position);
  CREATE VIRTUAL TABLE chunk_terms USING fts5(terms, content='', contentless_delete=1, detail=none, tokenize='ascii');
  CREATE VIRTUAL TABLE term_count USING fts5vocab(chunk_terms, row);

  CREATE TABLE tag (
    article_id INTEGER NOT NULL REFERENCES article(id) ON DELETE CASCADE,
    tag TEXT NOT NULL,
    PRIMARY KEY (tag, article_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX tag_article ON tag(article_id);

  CREATE TABLE link (
    article_id INTEGER NOT NULL REFERENCES article(id) ON DELETE CASCADE,
    target TEXT NOT NULL,
    PRIMARY KEY (article_id, target)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX link_target ON link(target);

  CREATE TABLE near_key (
    key INTEGER NOT NULL,
    article_id INTEGER NOT NULL REFERENCES article(id) ON DELETE CASCADE,
    PRIMARY KEY (key, article_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX near_key_article ON near_key(article_id);

  CREATE TABLE stats (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    articles INTEGER NOT NULL,
    chunks INTEGER NOT NULL,
    terms INTEGER NOT NULL
  ) STRICT;
  INSERT INTO stats VALUES (1, 0, 0, 0);

  CREATE TABLE embedding_space (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    provider TEXT NOT NULL,
    url TEXT NOT NULL,
    model TEXT NOT NULL,
    dimension INTEGER NOT NULL,
    weight REAL NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('building', 'active', 'retired')),
    generation INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    done_to INTEGER NOT NULL,
    created_ms INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE vector (
    space_id INTEGER NOT NULL,
    chunk_id INTEGER NOT NULL,
    floats BLOB NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX vector_chunk ON vector(space_id, chunk_id);

  CREATE TABLE vector_page (
    space_id INTEGER NOT NULL,
    page INTEGER NOT NULL,
    chunk_ids BLOB NOT NULL,
    bits BLOB NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX vector_page_number ON vector_page(space_id, page);

  CREATE TABLE lease (
    name TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    until_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  ALTER TABLE article ADD COLUMN passages INTEGER NOT NULL DEFAULT 0;
  UPDATE article SET passages = (SELECT count(*) FROM chunk WHERE article_id = article.id);
  `,
  // What was put into sessions unasked: the person may ask what and why, and no session gets it twice.
  `
  CREATE TABLE injection (
    session TEXT NOT NULL,
    article_id INTEGER NOT NULL,
    client TEXT NOT NULL,
    event TEXT NOT NULL,
    project TEXT NOT NULL,
    score REAL NOT NULL,
    reasons TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (session, article_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX injection_time ON injection(at_ms);
  `,
];
