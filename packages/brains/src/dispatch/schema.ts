import type { Migration } from "@paios/shared/sqlite";

/**
 * What dispatch remembers in router.sqlite. `holder`: processes that hold or wait for something, with their heartbeat.
 * `place`: who runs and who waits, in order of `ticket`. `breaker`: `until_ms` NULL is "until the credential changes",
 * `recent` the last outcomes as [[epoch ms, 1 answered | 0 failed], …]. `spend`: what runs cost, in micro-dollars.
 */
export const dispatchMigrations: readonly Migration[] = [
  `
  CREATE TABLE holder (
    id TEXT PRIMARY KEY,
    host TEXT NOT NULL,
    pid INTEGER NOT NULL,
    beats INTEGER NOT NULL,
    beat_ms REAL NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE place (
    ticket INTEGER PRIMARY KEY AUTOINCREMENT,
    brain TEXT NOT NULL,
    holder TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'running')),
    asked_ms REAL NOT NULL
  ) STRICT;
  CREATE INDEX place_brain ON place(brain, ticket);

  CREATE TABLE breaker (
    provider TEXT NOT NULL,
    credential TEXT NOT NULL,
    pool TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('closed', 'open', 'half_open')),
    kind TEXT NOT NULL CHECK (kind IN ('', 'transient', 'billing', 'limit', 'auth')),
    step INTEGER NOT NULL,
    unknowns INTEGER NOT NULL,
    recent TEXT NOT NULL,
    opened_ms REAL NOT NULL,
    until_ms REAL,
    probe TEXT NOT NULL,
    error TEXT NOT NULL,
    error_ms REAL,
    written_ms REAL NOT NULL,
    PRIMARY KEY (provider, credential, pool)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE spend (
    id INTEGER PRIMARY KEY,
    day TEXT NOT NULL,
    task TEXT NOT NULL,
    brain TEXT NOT NULL,
    micros INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('reserved', 'spent'))
  ) STRICT;
  CREATE INDEX spend_day ON spend(day, brain);
  CREATE INDEX spend_task ON spend(task);
  CREATE INDEX spend_brain ON spend(brain, id) WHERE state = 'spent';
  `,
];
