import type { Migration } from "@paios/shared/sqlite";

/** What the desktop server remembers: which files it made, of what and when. Steps are only ever appended. */
export const migrations: readonly Migration[] = [
  `
  CREATE TABLE kept (
    id INTEGER PRIMARY KEY,
    file TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('screen', 'clipboard')),
    what TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    made_ms REAL NOT NULL,
    client TEXT NOT NULL,
    trace_id TEXT NOT NULL
  ) STRICT;
  CREATE INDEX kept_made ON kept(made_ms);
  `,
];
