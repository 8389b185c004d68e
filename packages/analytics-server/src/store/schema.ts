import type { Migration } from "@paios/shared/sqlite";

/**
 * What analytics remembers. Steps are only ever appended.
 * `request` has each request once. `usage` sums them by session, day, model, MCP server and size of the prompt, so that
 * a question costs the days and sessions there are and not the requests; it has the days of one zone, other zones are
 * summed from the requests. What was seen is kept as hashes in `seen`, a block a batch: a unique index would cost half
 * of the whole work.
 */
export const migrations: readonly Migration[] = [
  `
  CREATE TABLE source (
    id INTEGER PRIMARY KEY,
    client TEXT NOT NULL,
    -- What stays when a file is compressed or moved.
    name TEXT NOT NULL,
    path TEXT NOT NULL,
    device REAL NOT NULL,
    inode REAL NOT NULL,
    size INTEGER NOT NULL,
    modified_ms REAL NOT NULL,
    -- Bytes taken in (of what is inside, for a compressed file); for a database the last row.
    offset INTEGER NOT NULL,
    -- A hash of the bytes before the offset: another one there means the file was rewritten.
    before INTEGER NOT NULL,
    state TEXT NOT NULL,
    UNIQUE (client, name)
  ) STRICT;
  CREATE INDEX source_file ON source(inode, device);

  CREATE TABLE project (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE model (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE mcp_server (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE tool (
    id INTEGER PRIMARY KEY,
    mcp_server TEXT NOT NULL,
    name TEXT NOT NULL,
    UNIQUE (mcp_server, name)
  ) STRICT;

  CREATE TABLE session (
    id INTEGER PRIMARY KEY,
    client TEXT NOT NULL,
    name TEXT NOT NULL,
    project INTEGER NOT NULL,
    first_ms REAL NOT NULL,
    last_ms REAL NOT NULL,
    UNIQUE (client, name)
  ) STRICT;
  CREATE INDEX session_last ON session(last_ms);

  -- Of which zone the days in "usage" are; the one row is made at the first reading.
  CREATE TABLE calendar (timezone TEXT NOT NULL) STRICT;

  CREATE TABLE request (
    id INTEGER PRIMARY KEY,
    session INTEGER NOT NULL,
    -- Quarters of an hour since 1970.
    slot INTEGER NOT NULL,
    model INTEGER NOT NULL,
    mcp_server INTEGER NOT NULL,
    -- Tokens of the prompt, as the price lists divide them: 0 up to 100,000, 1 to 128,000, 2 to 200,000, 3 to 272,000, 4 above.
    band INTEGER NOT NULL,
    sidechain INTEGER NOT NULL,
    input INTEGER NOT NULL,
    output INTEGER NOT NULL,
    cache_read INTEGER NOT NULL,
    cache_5m INTEGER NOT NULL,
    cache_1h INTEGER NOT NULL,
    reasoning INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE usage (
    id INTEGER PRIMARY KEY,
    session INTEGER NOT NULL,
    -- Days since 1970, of the zone in "calendar".
    day INTEGER NOT NULL,
    model INTEGER NOT NULL,
    mcp_server INTEGER NOT NULL,
    band INTEGER NOT NULL,
    requests INTEGER NOT NULL,
    input INTEGER NOT NULL,
    output INTEGER NOT NULL,
    cache_read INTEGER NOT NULL,
    cache_5m INTEGER NOT NULL,
    cache_1h INTEGER NOT NULL,
    reasoning INTEGER NOT NULL,
    UNIQUE (session, day, model, mcp_server, band)
  ) STRICT;

  CREATE TABLE seen (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- 12 bytes an entry: two halves of a hash and, for a request, its id.
    entries BLOB NOT NULL
  ) STRICT;

  CREATE TABLE tool_use (
    session INTEGER NOT NULL,
    slot INTEGER NOT NULL,
    tool INTEGER NOT NULL,
    calls INTEGER NOT NULL,
    ended INTEGER NOT NULL,
    errors INTEGER NOT NULL,
    duration_ms REAL NOT NULL,
    longest_ms REAL NOT NULL,
    PRIMARY KEY (session, slot, tool)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE limit_report (
    client TEXT NOT NULL,
    name TEXT NOT NULL,
    at_ms REAL NOT NULL,
    used_percent REAL NOT NULL,
    window_minutes INTEGER NOT NULL,
    resets_ms REAL NOT NULL,
    PRIMARY KEY (client, name, at_ms)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE skipped (
    client TEXT NOT NULL,
    path TEXT NOT NULL,
    reason TEXT NOT NULL,
    -- 1 for what is so each time somebody looks, as long as it is so; 0 for what was read past.
    standing INTEGER NOT NULL,
    count INTEGER NOT NULL,
    last_ms REAL NOT NULL,
    PRIMARY KEY (client, path, reason)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE store_size (
    client TEXT NOT NULL,
    day INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    files INTEGER NOT NULL,
    PRIMARY KEY (client, day)
  ) STRICT, WITHOUT ROWID;
  `,
];
