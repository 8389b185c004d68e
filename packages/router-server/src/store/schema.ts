import { dispatchMigrations } from "@paios/brains";
import type { Migration } from "@paios/shared/sqlite";

/** `migrations[n]` takes the database from schema n to n + 1. Only ever appended. */
export const migrations: readonly Migration[] = [
  `
  CREATE TABLE decision (
    id INTEGER PRIMARY KEY,
    trace_id TEXT NOT NULL,
    time_ms INTEGER NOT NULL,
    client TEXT NOT NULL,
    -- At most 160 characters, redacted.
    summary TEXT NOT NULL,
    task_sha256 TEXT NOT NULL,
    brain TEXT NOT NULL,
    category TEXT NOT NULL,
    confidence REAL NOT NULL,
    margin REAL NOT NULL,
    fallback INTEGER NOT NULL,
    reason TEXT NOT NULL,
    override TEXT,
    weights_version TEXT NOT NULL,
    -- Hashed features, to learn from: pairs of a bucket (two bytes) and a value (four).
    features BLOB NOT NULL,
    -- The latest of its scores.
    score INTEGER,
    correct_brain TEXT
  ) STRICT;
  CREATE INDEX decision_time ON decision(time_ms);
  CREATE INDEX decision_trace ON decision(trace_id);

  CREATE TABLE feedback (
    id INTEGER PRIMARY KEY,
    decision_id INTEGER NOT NULL REFERENCES decision(id),
    time_ms INTEGER NOT NULL,
    score INTEGER NOT NULL CHECK (score BETWEEN 1 AND 5),
    correct_brain TEXT,
    comment TEXT NOT NULL,
    source TEXT NOT NULL
  ) STRICT;
  CREATE INDEX feedback_decision ON feedback(decision_id);
  CREATE INDEX feedback_time ON feedback(time_ms);

  -- What feedback made of the shipped weights, version by version; at most one is in use.
  CREATE TABLE weights (
    id INTEGER PRIMARY KEY,
    version TEXT NOT NULL UNIQUE,
    base TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('active', 'candidate', 'retired')),
    -- JSON: rows learned from, golden and reserved accuracy before and after.
    facts TEXT NOT NULL,
    -- Pairs of a place (four bytes) and a change (four).
    delta BLOB NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX weights_active ON weights(state) WHERE state = 'active';
  `,
  // What the brains' dispatch remembers. A later one of theirs gets a line of its own at the end.
  ...dispatchMigrations.slice(0, 1),
  `
  CREATE TABLE run (
    id TEXT PRIMARY KEY,
    decision_id INTEGER NOT NULL,
    trace_id TEXT NOT NULL,
    pid INTEGER NOT NULL,
    began_ms INTEGER NOT NULL,
    ended_ms INTEGER,
    state TEXT NOT NULL CHECK (state IN ('running', 'done', 'failed')),
    -- JSON of what dispatch returned.
    answer TEXT,
    error TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX run_began ON run(began_ms);
  `,
];
