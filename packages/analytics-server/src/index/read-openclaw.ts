import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { zstdDecompressSync } from "node:zlib";
import Connection from "better-sqlite3";
import type { Database } from "@paios/shared/sqlite";
import { errorCode } from "@paios/shared/errors";
import { parseObject } from "../clients/json.ts";
import { newOpenClawState, readOpenClawEvent } from "../clients/openclaw.ts";
import type { Walk } from "../sources/walk.ts";
import { batchRows, type Collector } from "./refresh.ts";
import type { Row, SkipReason } from "./row.ts";
import { isStillAt, knownSources, noteSource, readState, type SourceState } from "./sources.ts";

const client = "openclaw";
const databaseName = "openclaw-agent.sqlite";
const maxEventBytes = 16 << 20;

interface Session {
  id: string;
  changedMs: number;
  rewrittenMs: number;
}

interface StoredEvent {
  seq: number;
  json: Buffer | null;
  zstd: Buffer | null;
}

/** Takes in what is new in the databases of OpenClaw's agents, which are only read. Returns how many sessions had something. */
export async function refreshOpenClaw(database: Database, roots: readonly string[], found: Walk, collector: Collector): Promise<number> {
  const known = new Map(knownSources(database, client).map((each) => [each.name, each]));
  let changed = 0;
  for (const path of roots.flatMap(agentDatabases)) {
    let agent: Database | undefined;
    try {
      agent = new Connection(path, { readonly: true, fileMustExist: true, timeout: 250 });
      agent.pragma("cache_size = -512");
      for (const session of sessionsOf(agent)) {
        const name = `${path} ${session.id}`;
        const before = known.get(name);
        if (before && before.modifiedMs === session.changedMs && before.size === session.rewrittenMs) continue;
        await readSession(database, agent, { path, name, session, known: before }, collector);
        changed++;
      }
    } catch (error) {
      const reason = reasonOf(errorCode(error));
      if (!reason) throw error;
      found.skips.push({ path, reason });
    } finally {
      agent?.close();
    }
  }
  return changed;
}

function agentDatabases(root: string): string[] {
  if (!existsSync(root)) return [];
  return readdirSync(root).map((agent) => join(root, agent, "agent", databaseName)).filter((path) => existsSync(path));
}

function sessionsOf(agent: Database): Session[] {
  return agent
    .prepare(
      `SELECT session_windows.session_id AS id, coalesce(transcript_updated_at, session_windows.updated_at, 0) AS changedMs, coalesce(transcript_rewrite_watermarks.updated_at, 0) AS rewrittenMs
       FROM session_windows LEFT JOIN transcript_rewrite_watermarks USING (session_id)`,
    )
    .all() as Session[];
}

type Known = ReturnType<typeof knownSources>[number];

/** A session that was rewritten is read from its beginning: what was counted of it is known by the events' ids. */
async function readSession(database: Database, agent: Database, { path, name, session, known }: { path: string; name: string; session: Session; known: Known | undefined }, collector: Collector): Promise<void> {
  const isSame = known !== undefined && known.size === session.rewrittenMs;
  const state: SourceState = isSame ? readState(database, known.id) : { reader: { session: session.id }, calls: new Map() };
  const reader = Object.assign(newOpenClawState(), state.reader);
  let expected = known?.offset;
  let last = isSame ? known.offset - 1 : -1;
  let rows: Row[] = [];
  let skips = new Map<SkipReason, number>();
  let events = 0;
  const match = { name, known, file: { path, name, device: 0, inode: 0, size: session.rewrittenMs, modifiedMs: session.changedMs, bornMs: 0 } };
  const cut = (ended: boolean) => {
    const [expectedNow, lastNow, readerNow] = [expected, last, { ...reader }];
    collector.add({
      client,
      path,
      rows,
      skips,
      calls: state.calls,
      isStill: () => isStillAt(database, client, name, expectedNow),
      note: () => noteSource(database, client, ended ? match : { ...match, file: { ...match.file, modifiedMs: -1 } }, { offset: lastNow + 1, before: 0 }, { reader: readerNow, calls: state.calls }),
    });
    collector.read(events, 0);
    [rows, skips, expected, events] = [[], new Map(), last + 1, 0];
  };
  const page = agent.prepare("SELECT seq, CAST(event_json AS BLOB) AS json, event_zstd AS zstd FROM transcript_events WHERE session_id = ? AND seq > ? ORDER BY seq LIMIT 50");
  for (;;) {
    const stored = page.all(session.id, last) as StoredEvent[];
    for (const each of stored) {
      events++;
      last = each.seq;
      const event = eventOf(each);
      const row = typeof event === "string" ? event : readOpenClawEvent(event, reader);
      if (typeof row === "string") skips.set(row, (skips.get(row) ?? 0) + 1);
      else if (row) rows.push(row);
    }
    if (stored.length === 0) break;
    if (rows.length >= batchRows) cut(false);
    if (collector.isLost(path)) return;
    await collector.rest();
  }
  cut(true);
}

function eventOf({ json, zstd }: StoredEvent): Record<string, unknown> | SkipReason {
  try {
    const bytes = json ?? (zstd ? zstdDecompressSync(zstd, { maxOutputLength: maxEventBytes }) : Buffer.alloc(0));
    return parseObject(bytes.toString("latin1")) ?? "not_json";
  } catch {
    return "damaged_archive";
  }
}

function reasonOf(code: string): SkipReason | undefined {
  if (/^SQLITE_(BUSY|LOCKED|PROTOCOL)/.test(code)) return "locked_database";
  if (/^SQLITE_(CORRUPT|NOTADB|IOERR)/.test(code)) return "damaged_database";
  if (/^SQLITE_(CANTOPEN|PERM|READONLY|AUTH)/.test(code)) return "unreadable";
  return code === "SQLITE_ERROR" ? "unknown_schema" : undefined;
}
