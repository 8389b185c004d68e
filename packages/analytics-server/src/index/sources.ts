import { type Database, sql } from "@paios/shared/sqlite";
import type { FoundFile } from "../sources/walk.ts";
import type { OpenCalls } from "./tool-sums.ts";
import type { Place } from "./lines.ts";

/** A file as it was when it was read last. */
export interface Known extends Place {
  id: number;
  name: string;
  path: string;
  device: number;
  inode: number;
  size: number;
  modifiedMs: number;
}

/** What a file said so far, and the tool calls in it that wait for their results. */
export interface SourceState {
  /** What its reader keeps. */
  reader: object;
  calls: OpenCalls;
}

export interface Match {
  name: string;
  file: FoundFile;
  known: Known | undefined;
}

export function knownSources(database: Database, client: string): Known[] {
  return sql<Known>(database, "SELECT id, name, path, device, inode, size, modified_ms AS modifiedMs, offset, before FROM source WHERE client = ?").all(client);
}

/** The files that are new or not as they were, with what is known of each by its name or, when it was renamed, by its number. */
export function matchSources(known: readonly Known[], files: readonly FoundFile[], nameOf: (name: string) => string): Match[] {
  const byName = new Map(known.map((each) => [each.name, each]));
  const found = new Map<string, FoundFile>();
  // While a file is being compressed both are there: the plain one is the one that grows.
  for (const file of files) {
    const name = nameOf(file.name);
    if (!found.has(name) || !file.path.endsWith(".zst")) found.set(name, file);
  }
  const renamed = new Map(known.filter(({ name }) => !found.has(name)).map((each) => [`${each.inode} ${each.device}`, each]));
  const matches: Match[] = [];
  for (const [name, file] of found) {
    const same = byName.get(name) ?? renamed.get(`${file.inode} ${file.device}`);
    if (!same || same.path !== file.path || same.size !== file.size || same.modifiedMs !== file.modifiedMs || same.inode !== file.inode || same.device !== file.device) matches.push({ name, file, known: same });
  }
  return matches;
}

export function readState(database: Database, id: number): SourceState {
  const { reader, calls } = JSON.parse(sql<string>(database, "SELECT state FROM source WHERE id = ?").pluck().get(id) ?? "{}") as { reader?: object; calls?: [string, { place: string; atMs: number }][] };
  return { reader: reader ?? {}, calls: new Map(calls ?? []) };
}

/** Whether a source is still read as far as the caller believes. */
export function isStillAt(database: Database, client: string, name: string, offset: number | undefined): boolean {
  return sql<number>(database, "SELECT offset FROM source WHERE client = ? AND name = ?").pluck().get(client, name) === offset;
}

export function noteSource(database: Database, client: string, { name, file, known }: Match, place: Place, state: SourceState): void {
  if (known && known.name !== name) sql(database, "UPDATE source SET name = ? WHERE id = ?").run(name, known.id);
  sql(
    database,
    `INSERT INTO source VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET path = excluded.path, device = excluded.device,
      inode = excluded.inode, size = excluded.size, modified_ms = excluded.modified_ms, offset = excluded.offset, before = excluded.before, state = excluded.state`,
  ).run(client, name, file.path, file.device, file.inode, file.size, file.modifiedMs, place.offset, place.before, JSON.stringify({ reader: state.reader, calls: [...state.calls] }));
}
