import { type Database, sql } from "@paios/shared/sqlite";
import type { ToolResult } from "./row.ts";

/** A tool call that has begun, by its id: where it is counted, and when it began. */
export type OpenCalls = Map<string, { place: string; atMs: number }>;

/** The tool calls of a transaction. */
export interface ToolSums {
  begin: (session: number, slot: number, tool: number, id: string, atMs: number, open: OpenCalls) => void;
  end: (result: ToolResult, atMs: number, open: OpenCalls) => void;
  store: () => void;
}

interface Sums {
  calls: number;
  ended: number;
  errors: number;
  durationMs: number;
  longestMs: number;
}

const maxOpenCalls = 200;

export function openToolSums(database: Database): ToolSums {
  const all = new Map<string, Sums>();
  const at = (place: string) => {
    let sums = all.get(place);
    if (!sums) all.set(place, (sums = { calls: 0, ended: 0, errors: 0, durationMs: 0, longestMs: 0 }));
    return sums;
  };
  return {
    begin: (session, slot, tool, id, atMs, open) => {
      const place = `${session} ${slot} ${tool}`;
      at(place).calls++;
      open.set(id, { place, atMs });
      // A call whose result never came must not be carried for ever.
      if (open.size > maxOpenCalls) for (const [oldest] of open) if (open.size > maxOpenCalls) open.delete(oldest);
    },
    end: ({ id, error, durationMs }, atMs, open) => {
      const call = open.get(id);
      if (!call) return;
      open.delete(id);
      const sums = at(call.place);
      const took = durationMs ?? Math.max(0, atMs - call.atMs);
      sums.ended++;
      sums.errors += error ? 1 : 0;
      sums.durationMs += took;
      sums.longestMs = Math.max(sums.longestMs, took);
    },
    store: () => {
      const upsert = sql(
        database,
        `INSERT INTO tool_use VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET calls = calls + excluded.calls,
          ended = ended + excluded.ended, errors = errors + excluded.errors, duration_ms = duration_ms + excluded.duration_ms,
          longest_ms = max(longest_ms, excluded.longest_ms)`,
      );
      for (const [place, { calls, ended, errors, durationMs, longestMs }] of all) upsert.run(...place.split(" ").map(Number), calls, ended, errors, durationMs, longestMs);
      all.clear();
    },
  };
}
