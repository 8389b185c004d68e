import { type Database, sql } from "@paios/shared/sqlite";
import type { Request } from "./row.ts";

/** The small numbers that stand for names in the sums. Found or made inside the transaction that needs them. */
export interface Names {
  /** To be called first in each transaction: others may have counted since the last. */
  begin: () => void;
  session: (client: string, name: string, project: string, atMs: number) => number;
  tool: (mcpServer: string, name: string) => number;
  place: (session: number, slot: number, request: Request) => UsagePlace;
  /** The row of sums that a place belongs to. */
  usage: (place: UsagePlace) => number;
  nextRequest: () => number;
  /** Stores what sessions learned of their first and last moment. */
  storeSessions: () => void;
}

/** Where a request is counted. */
export interface UsagePlace {
  session: number;
  slot: number;
  model: number;
  mcpServer: number;
  band: number;
  /** Its row of sums, once it is known. */
  usage?: number;
}

interface Session {
  id: number;
  firstMs: number;
  lastMs: number;
  project: string;
}

const maxKept = 50_000;

/** `dayOf` says on which day a slot lies. */
export function openNames(database: Database, dayOf: (slot: number) => number): Names {
  const sessions = new Map<string, Session>();
  const numbers = new Map<string, number>();
  const touched = new Set<Session>();
  let lastRequest = 0;
  let last: Session | undefined;
  let [lastName, lastClient] = ["", ""];
  let [lastModel, lastServer] = ["", ""];
  let lastPlace: UsagePlace | undefined;

  /** A table of names alone. */
  const numberOf = (table: "project" | "model" | "mcp_server", name: string): number =>
    kept(`${table} ${name}`, () => {
      sql(database, `INSERT OR IGNORE INTO ${table} (name) VALUES (?)`).run(name);
      return sql<number>(database, `SELECT id FROM ${table} WHERE name = ?`).pluck().get(name) as number;
    });
  const kept = (key: string, find: () => number): number => {
    let id = numbers.get(key);
    if (id !== undefined) return id;
    if (numbers.size >= maxKept) numbers.clear();
    numbers.set(key, (id = find()));
    return id;
  };

  return {
    begin: () => {
      lastRequest = sql<number>(database, "SELECT coalesce(max(id), 0) FROM request").pluck().get() ?? 0;
    },
    session: (client, name, project, atMs) => {
      if (!last || name !== lastName || client !== lastClient) {
        const key = `${client} ${name}`;
        last = sessions.get(key);
        if (!last) {
          if (sessions.size >= maxKept) sessions.clear();
          sessions.set(key, (last = findSession(database, client, name, { id: numberOf("project", project), name: project }, atMs)));
        }
        [lastName, lastClient] = [name, client];
      }
      const session = last;
      // A sub-agent may work elsewhere: then only the name of the folder of its transcripts is known, for a while.
      if (session.project !== project && isPath(project) && !isPath(session.project)) {
        sql(database, "UPDATE session SET project = ? WHERE id = ?").run(numberOf("project", project), session.id);
        session.project = project;
      }
      if (atMs < session.firstMs || atMs > session.lastMs) {
        session.firstMs = Math.min(session.firstMs, atMs);
        session.lastMs = Math.max(session.lastMs, atMs);
        touched.add(session);
      }
      return session.id;
    },
    tool: (mcpServer, name) =>
      kept(`tool ${mcpServer} ${name}`, () => {
        sql(database, "INSERT OR IGNORE INTO tool (mcp_server, name) VALUES (?, ?)").run(mcpServer, name);
        return sql<number>(database, "SELECT id FROM tool WHERE mcp_server = ? AND name = ?").pluck().get(mcpServer, name) as number;
      }),
    place: (session, slot, { model, mcpServer, tokens }) => {
      const band = bandOf(tokens.input + tokens.cacheRead + tokens.cache5m + tokens.cache1h);
      // Mostly it is where the last one was.
      if (lastPlace && lastPlace.session === session && lastPlace.slot === slot && lastPlace.band === band && lastModel === model && lastServer === mcpServer) return lastPlace;
      lastPlace = { session, slot, model: numberOf("model", model), mcpServer: mcpServer ? numberOf("mcp_server", mcpServer) : 0, band };
      [lastModel, lastServer] = [model, mcpServer];
      return lastPlace;
    },
    usage: (place) => {
      if (place.usage !== undefined) return place.usage;
      const { session, slot, model, mcpServer, band } = place;
      const day = dayOf(slot);
      place.usage = kept(`usage ${session} ${day} ${model} ${mcpServer} ${band}`, () => {
        sql(database, "INSERT OR IGNORE INTO usage VALUES (NULL, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0, 0, 0)").run(session, day, model, mcpServer, band);
        return sql<number>(database, "SELECT id FROM usage WHERE session = ? AND day = ? AND model = ? AND mcp_server = ? AND band = ?").pluck().get(session, day, model, mcpServer, band) as number;
      });
      return place.usage;
    },
    nextRequest: () => ++lastRequest,
    storeSessions: () => {
      for (const { id, firstMs, lastMs } of touched) sql(database, "UPDATE session SET first_ms = min(first_ms, ?), last_ms = max(last_ms, ?) WHERE id = ?").run(firstMs, lastMs, id);
      touched.clear();
    },
  };
}

/** Where the price lists draw their lines. */
export const bands = [100_000, 128_000, 200_000, 272_000];

function bandOf(promptTokens: number): number {
  let band = 0;
  for (const limit of bands) if (promptTokens > limit) band++;
  return band;
}

function findSession(database: Database, client: string, name: string, project: { id: number; name: string }, atMs: number): Session {
  sql(database, "INSERT OR IGNORE INTO session (client, name, project, first_ms, last_ms) VALUES (?, ?, ?, ?, ?)").run(client, name, project.id, atMs, atMs);
  return sql(database, "SELECT session.id, first_ms AS firstMs, last_ms AS lastMs, project.name AS project FROM session JOIN project ON project.id = session.project WHERE client = ? AND session.name = ?").get(client, name) as Session;
}

function isPath(project: string): boolean {
  return /^(\/|[A-Za-z]:)/.test(project);
}
