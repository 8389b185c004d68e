import type { Migration } from "@paios/shared/sqlite";

/**
 * What observability remembers. Steps are only ever appended; `intake` is frozen for good, because servers of any
 * version append to it.
 * An event's service, category, action and status are one `kind`, of which there are few: one index on (kind, time)
 * serves every combination of those filters. `event_text` is contentless: the text is made again from the event.
 */
export const migrations: readonly Migration[] = [
  `
  CREATE TABLE IF NOT EXISTS intake(id INTEGER PRIMARY KEY, received_us INTEGER, payload TEXT);

  CREATE TABLE kind (
    id INTEGER PRIMARY KEY,
    service TEXT NOT NULL,
    category TEXT NOT NULL,
    action TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('ok', 'error')),
    events INTEGER NOT NULL,
    duration_sum_ms REAL NOT NULL,
    UNIQUE (service, category, action, status)
  ) STRICT;

  CREATE TABLE trace (
    id INTEGER PRIMARY KEY,
    trace_id TEXT NOT NULL UNIQUE,
    first_ms REAL NOT NULL,
    last_ms REAL NOT NULL,
    events INTEGER NOT NULL,
    errors INTEGER NOT NULL,
    score INTEGER CHECK (score BETWEEN 1 AND 5)
  ) STRICT;
  CREATE INDEX trace_score ON trace(score) WHERE score IS NOT NULL;

  CREATE TABLE event (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    trace INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    span_id TEXT NOT NULL,
    parent_id TEXT,
    time_ms REAL NOT NULL,
    duration_ms REAL,
    score INTEGER,
    metadata TEXT NOT NULL
  ) STRICT;
  CREATE INDEX event_time ON event(time_ms);
  CREATE INDEX event_kind ON event(kind, time_ms);
  CREATE INDEX event_trace ON event(trace, time_ms);
  CREATE INDEX event_score ON event(score, time_ms) WHERE score IS NOT NULL;
  CREATE VIRTUAL TABLE event_text USING fts5(text, content='', detail=none, tokenize='unicode61');

  CREATE TABLE alias (
    value TEXT NOT NULL,
    trace INTEGER NOT NULL,
    PRIMARY KEY (value, trace)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX alias_trace ON alias(trace);

  CREATE TABLE score (
    id INTEGER PRIMARY KEY,
    trace INTEGER NOT NULL,
    span_id TEXT,
    score INTEGER NOT NULL CHECK (score BETWEEN 1 AND 5),
    source TEXT NOT NULL,
    comment TEXT NOT NULL,
    given_ms REAL NOT NULL
  ) STRICT;
  CREATE INDEX score_trace ON score(trace);

  CREATE TABLE rollup_minute (
    at_ms INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    events INTEGER NOT NULL,
    duration_sum_ms REAL NOT NULL,
    duration_max_ms REAL NOT NULL,
    PRIMARY KEY (at_ms, kind)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE rollup_hour (
    at_ms INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    events INTEGER NOT NULL,
    duration_sum_ms REAL NOT NULL,
    duration_max_ms REAL NOT NULL,
    PRIMARY KEY (at_ms, kind)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE progress (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE check_result (
    name TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('service', 'api', 'database', 'credential', 'resource')),
    status TEXT NOT NULL CHECK (status IN ('ok', 'warn', 'fail', 'unknown')),
    detail TEXT NOT NULL,
    checked_ms REAL NOT NULL,
    took_ms REAL NOT NULL,
    fresh_ms REAL NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE alert (
    id INTEGER PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    rule TEXT NOT NULL,
    severity TEXT NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
    summary TEXT NOT NULL,
    detail TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'firing', 'resolved')),
    since_ms REAL NOT NULL,
    fired_ms REAL,
    resolved_ms REAL,
    seen_ms REAL NOT NULL,
    notified_ms REAL,
    acknowledged_ms REAL,
    acknowledged_by TEXT
  ) STRICT;
  CREATE UNIQUE INDEX alert_open ON alert(fingerprint) WHERE state <> 'resolved';
  CREATE INDEX alert_state ON alert(state, since_ms);

  CREATE TABLE silence (
    id INTEGER PRIMARY KEY,
    pattern TEXT NOT NULL,
    until_ms REAL NOT NULL,
    reason TEXT NOT NULL
  ) STRICT;

  CREATE TABLE outbox (
    id INTEGER PRIMARY KEY,
    thread TEXT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    severity TEXT NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
    created_ms REAL NOT NULL
  ) STRICT;
  CREATE TABLE delivery (
    message INTEGER NOT NULL REFERENCES outbox(id) ON DELETE CASCADE,
    channel TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sending', 'sent', 'failed')),
    attempts INTEGER NOT NULL,
    next_ms REAL NOT NULL,
    error TEXT NOT NULL,
    done_ms REAL,
    PRIMARY KEY (message, channel)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX delivery_due ON delivery(next_ms) WHERE state IN ('waiting', 'sending');

  CREATE TABLE waited_work (
    thread TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    started_ms REAL NOT NULL,
    said_ms REAL NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
];
