import { type Database, sql } from "@paios/shared/sqlite";
import type { Keys } from "./keys.ts";
import type { Names, UsagePlace } from "./names.ts";
import type { Request, Tokens } from "./row.ts";

/** The requests of a transaction. */
export interface Requests {
  add: (session: number, slot: number, request: Request) => void;
  /** Writes them and what they change in the sums. */
  store: () => void;
}

interface Counted {
  id: number;
  place: UsagePlace;
  sidechain: boolean;
  tokens: Tokens;
  /** As it is in the database. */
  stored?: { place: UsagePlace; tokens: Tokens };
}

type Sums = Tokens & { requests: number };

/** Each counts once, with its largest output; a sum that was stored is put right. */
export function openRequests(database: Database, keys: Keys, names: Names): Requests {
  const pending = new Map<number, Counted>();
  // The rows of one message follow each other.
  let lastKey = "";
  let last: Counted | undefined;

  const known = (key: string): Counted | undefined => {
    const id = keys.find(key);
    if (id === undefined) return undefined;
    let counted = pending.get(id);
    if (!counted && (counted = readRequest(database, id))) pending.set(id, counted);
    return counted;
  };
  const replace = (counted: Counted, place: UsagePlace, { tokens, sidechain }: Request) => {
    counted.place = place;
    counted.tokens = tokens;
    counted.sidechain = sidechain;
  };
  const find = (session: number, slot: number, request: Request): Counted | undefined => {
    const same = known(request.key);
    if (same) {
      if (request.tokens.output > same.tokens.output) replace(same, names.place(session, slot, request), request);
      return same;
    }
    const isAlone = request.inSession === request.key;
    const twin = isAlone ? undefined : known(request.inSession);
    if (twin && request.sidechain) return undefined;
    if (twin?.sidechain) {
      // The session's own row takes the place of what its sub-agent repeated of it.
      replace(twin, names.place(session, slot, request), request);
      keys.find(request.key);
      keys.put(twin.id);
      return twin;
    }
    const counted: Counted = { id: names.nextRequest(), place: names.place(session, slot, request), sidechain: request.sidechain, tokens: request.tokens };
    if (!isAlone && !twin) keys.put(counted.id);
    keys.find(request.key);
    keys.put(counted.id);
    pending.set(counted.id, counted);
    return counted;
  };

  return {
    add: (session, slot, request) => {
      if (last && request.key === lastKey) {
        if (request.tokens.output > last.tokens.output) replace(last, names.place(session, slot, request), request);
        return;
      }
      last = find(session, slot, request);
      lastKey = request.key;
    },
    store: () => {
      const sums = new Map<number, Sums>();
      const insert = sql(database, "INSERT OR REPLACE INTO request VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
      for (const { id, place, sidechain, tokens, stored } of pending.values()) {
        if (stored && stored.place === place && stored.tokens === tokens) continue;
        if (stored) addTo(sums, names.usage(stored.place), stored.tokens, -1);
        addTo(sums, names.usage(place), tokens, 1);
        insert.run(id, place.session, place.slot, place.model, place.mcpServer, place.band, sidechain ? 1 : 0, tokens.input, tokens.output, tokens.cacheRead, tokens.cache5m, tokens.cache1h, tokens.reasoning);
      }
      const update = sql(database, "UPDATE usage SET requests = requests + ?, input = input + ?, output = output + ?, cache_read = cache_read + ?, cache_5m = cache_5m + ?, cache_1h = cache_1h + ?, reasoning = reasoning + ? WHERE id = ?");
      for (const [id, each] of sums) update.run(each.requests, each.input, each.output, each.cacheRead, each.cache5m, each.cache1h, each.reasoning, id);
      pending.clear();
      last = undefined;
    },
  };
}

function addTo(all: Map<number, Sums>, usage: number, tokens: Tokens, sign: 1 | -1): void {
  let sums = all.get(usage);
  if (!sums) all.set(usage, (sums = { requests: 0, input: 0, output: 0, cacheRead: 0, cache5m: 0, cache1h: 0, reasoning: 0 }));
  sums.requests += sign;
  sums.input += sign * tokens.input;
  sums.output += sign * tokens.output;
  sums.cacheRead += sign * tokens.cacheRead;
  sums.cache5m += sign * tokens.cache5m;
  sums.cache1h += sign * tokens.cache1h;
  sums.reasoning += sign * tokens.reasoning;
}

function readRequest(database: Database, id: number): Counted | undefined {
  const row = sql<UsagePlace & { sidechain: number } & Tokens>(
    database,
    "SELECT session, slot, model, mcp_server AS mcpServer, band, sidechain, input, output, cache_read AS cacheRead, cache_5m AS cache5m, cache_1h AS cache1h, reasoning FROM request WHERE id = ?",
  ).get(id);
  if (!row) return undefined;
  const { session, slot, model, mcpServer, band, sidechain, ...tokens } = row;
  const place = { session, slot, model, mcpServer, band };
  return { id, place, sidechain: sidechain === 1, tokens, stored: { place, tokens } };
}
