import { type Database, sql } from "@paios/shared/sqlite";
import { UserError } from "@paios/shared/errors";
import type { Delta } from "../classify/model.ts";

export interface WeightsFacts {
  rows: number;
  goldenBefore: number;
  goldenAfter: number;
  reservedRows: number;
  reservedBefore: number;
  reservedAfter: number;
}

export interface WeightsVersion {
  version: string;
  base: string;
  created: number;
  state: "active" | "candidate" | "retired";
  facts: WeightsFacts;
}

const pairBytes = 8;

/** The changes in use; none when the shipped weights are, or when the changes were made to other ones. */
export function activeDelta(database: Database, shipped: string): { version: string; delta: Delta | undefined } {
  const row = sql<{ version: string; base: string; delta: Buffer }>(database, "SELECT version, base, delta FROM weights WHERE state = 'active'").get();
  return row && row.base === shipped ? { version: row.version, delta: unpackDelta(row.delta) } : { version: shipped, delta: undefined };
}

/** Newest first. */
export function listWeights(database: Database): WeightsVersion[] {
  return sql<{ version: string; base: string; created_ms: number; state: WeightsVersion["state"]; facts: string }>(database, "SELECT version, base, created_ms, state, facts FROM weights ORDER BY id DESC LIMIT 50")
    .all()
    .map(({ created_ms: created, facts, ...rest }) => ({ ...rest, created, facts: JSON.parse(facts) as WeightsFacts }));
}

export function deltaOf(database: Database, version: string): Delta {
  const row = sql<{ delta: Buffer }>(database, "SELECT delta FROM weights WHERE version = ?").get(version);
  if (!row) throw new UserError("not_found", `There is no version "${version}". router_weights lists them.`);
  return unpackDelta(row.delta);
}

/** Stores a version; `active` replaces the one in use, which stays and can be gone back to. */
export function storeWeights(database: Database, given: Omit<WeightsVersion, "state"> & { state: "active" | "candidate"; delta: Delta }): void {
  database
    .transaction(() => {
      if (given.state === "active") retireActive(database);
      sql(database, "INSERT INTO weights(version, base, created_ms, state, facts, delta) VALUES (?, ?, ?, ?, ?, ?)").run(given.version, given.base, given.created, given.state, JSON.stringify(given.facts), packDelta(given.delta));
    })
    .immediate();
}

/** Puts a version in use; undefined: the shipped weights alone. */
export function useWeights(database: Database, version: string | undefined): void {
  database
    .transaction(() => {
      retireActive(database);
      if (version !== undefined && sql(database, "UPDATE weights SET state = 'active' WHERE version = ?").run(version).changes === 0) throw new UserError("not_found", `There is no version "${version}". router_weights lists them.`);
    })
    .immediate();
}

function retireActive(database: Database): void {
  sql(database, "UPDATE weights SET state = 'retired' WHERE state = 'active'").run();
}

function packDelta(delta: Delta): Buffer {
  const bytes = Buffer.alloc(delta.size * pairBytes);
  let at = 0;
  for (const [place, change] of delta) {
    bytes.writeUInt32LE(place, at);
    bytes.writeFloatLE(change, at + 4);
    at += pairBytes;
  }
  return bytes;
}

function unpackDelta(bytes: Buffer): Delta {
  const delta = new Map<number, number>();
  for (let at = 0; at + pairBytes <= bytes.length; at += pairBytes) delta.set(bytes.readUInt32LE(at), bytes.readFloatLE(at + 4));
  return delta;
}
