import type { Migration } from "@paios/shared/sqlite";

/**
 * What the heartbeat remembers. Steps are only ever appended. A job carries the summary of its last run, so that a list
 * never touches `run`. `run_open` keeps a job from overlapping itself, UNIQUE(job, slot) a slot from being claimed twice.
 */
export const migrations: readonly Migration[] = [
  `
  CREATE TABLE job (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    owner TEXT NOT NULL,
    tier TEXT NOT NULL CHECK (tier IN ('frequent', 'hourly', 'daily', 'weekly')),
    schedule TEXT NOT NULL,
    timezone TEXT NOT NULL,
    catch_up TEXT NOT NULL,
    every_ms INTEGER,
    next_at INTEGER,
    enabled INTEGER NOT NULL DEFAULT 1 CHECK (enabled IN (0, 1)),
    paused_reason TEXT NOT NULL DEFAULT '',
    problem TEXT NOT NULL DEFAULT '',
    message TEXT,
    created_ms INTEGER NOT NULL,
    expires_ms INTEGER,
    last_state TEXT,
    last_at INTEGER,
    last_ms INTEGER,
    last_note TEXT NOT NULL DEFAULT ''
  ) STRICT;
  CREATE INDEX job_due ON job(tier, next_at) WHERE enabled = 1 AND problem = '';
  CREATE INDEX job_owner ON job(owner);

  CREATE TABLE run (
    id INTEGER PRIMARY KEY,
    job INTEGER NOT NULL REFERENCES job(id) ON DELETE CASCADE,
    slot INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('claimed', 'running', 'done', 'failed', 'cut', 'skipped')),
    attempt INTEGER NOT NULL,
    cuts INTEGER NOT NULL DEFAULT 0,
    started_ms INTEGER,
    ended_ms INTEGER,
    again_ms INTEGER,
    note TEXT NOT NULL DEFAULT '',
    host TEXT NOT NULL DEFAULT '',
    pid INTEGER,
    process_start TEXT NOT NULL DEFAULT '',
    owner TEXT NOT NULL DEFAULT '',
    lease_until INTEGER,
    UNIQUE (job, slot)
  ) STRICT;
  CREATE UNIQUE INDEX run_open ON run(job) WHERE state IN ('claimed', 'running', 'cut');

  -- Among a million runs that are over, the few that are not.
  CREATE VIEW open_run AS SELECT * FROM run INDEXED BY run_open WHERE state IN ('claimed', 'running', 'cut');

  CREATE TABLE memory (
    job TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (job, name)
  ) STRICT, WITHOUT ROWID;
  `,
];
