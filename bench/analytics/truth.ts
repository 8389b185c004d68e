/** What was used, as the generator knows it: every request once, when it is made up. */
export interface Sums {
  inputTokens: number;
  outputTokens: number;
  cacheReadTokens: number;
  cacheWrite5mTokens: number;
  cacheWrite1hTokens: number;
  reasoningTokens: number;
  messages: number;
}

export interface Truth {
  seed: number;
  /** Bytes and files of the tree. */
  bytes: number;
  files: number;
  total: Sums;
  client: Record<string, Sums>;
  model: Record<string, Sums>;
  /** The folder a session was begun in. */
  project: Record<string, Sums>;
  session: Record<string, Sums>;
  /** By the server whose result the request was the first to read; "" for all else. */
  mcp_server: Record<string, Sums>;
  /** By time zone, then by day (2026-03-08), by ISO week (2026-W10), by month (2026-03). */
  day: Record<string, Record<string, Sums>>;
  week: Record<string, Record<string, Sums>>;
  month: Record<string, Record<string, Sums>>;
  /** By client, then by the tool's name there. */
  tools: Record<string, Record<string, { calls: number; errors: number }>>;
}

interface Made {
  client: string;
  session: string;
  project: string;
  model: string;
  mcpServer: string;
  atMs: number;
  tokens: Omit<Sums, "messages">;
}

export const zones = ["UTC", "America/New_York", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe"];
/** Every zone's offset is a multiple of it. */
export const slotMs = 900_000;

export interface TruthBook {
  count: (made: Made) => void;
  call: (client: string, tool: string) => void;
  fail: (client: string, tool: string) => void;
  result: (made: { seed: number; bytes: number; files: number }) => Truth;
}

export function openTruth(): TruthBook {
  const total = noTokens();
  const flat = { client: {}, model: {}, project: {}, session: {}, mcp_server: {} } as Record<"client" | "model" | "project" | "session" | "mcp_server", Record<string, Sums>>;
  const perZone = (): Record<string, Record<string, Sums>> => Object.fromEntries(zones.map((zone) => [zone, {}]));
  const dated = { day: perZone(), week: perZone(), month: perZone() };
  const tools: Truth["tools"] = {};
  const dates = localDates();

  const toolOf = (client: string, tool: string) => ((tools[client] ??= {})[tool] ??= { calls: 0, errors: 0 });
  return {
    count: ({ client, session, project, model, mcpServer, atMs, tokens }) => {
      const groups = [total, at(flat.client, client), at(flat.model, model), at(flat.project, project), at(flat.session, session), at(flat.mcp_server, mcpServer)];
      for (const zone of zones) {
        const { day, week, month } = dates(zone, atMs);
        groups.push(at(dated.day[zone] ?? {}, day), at(dated.week[zone] ?? {}, week), at(dated.month[zone] ?? {}, month));
      }
      for (const sums of groups) add(sums, tokens);
    },
    call: (client, tool) => void toolOf(client, tool).calls++,
    fail: (client, tool) => void toolOf(client, tool).errors++,
    result: (made) => ({ ...made, total, ...flat, ...dated, tools }),
  };
}

function noTokens(): Sums {
  return { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWrite5mTokens: 0, cacheWrite1hTokens: 0, reasoningTokens: 0, messages: 0 };
}

function at(group: Record<string, Sums>, key: string): Sums {
  return (group[key] ??= noTokens());
}

function add(sums: Sums, tokens: Made["tokens"]): void {
  sums.inputTokens += tokens.inputTokens;
  sums.outputTokens += tokens.outputTokens;
  sums.cacheReadTokens += tokens.cacheReadTokens;
  sums.cacheWrite5mTokens += tokens.cacheWrite5mTokens;
  sums.cacheWrite1hTokens += tokens.cacheWrite1hTokens;
  sums.reasoningTokens += tokens.reasoningTokens;
  sums.messages++;
}

/** The day, the week and the month of a moment in a zone; a slot lies within one day in all of them. */
function localDates(): (zone: string, atMs: number) => { day: string; week: string; month: string } {
  const formats = new Map(zones.map((zone) => [zone, new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" })]));
  const known = new Map<string, Map<number, { day: string; week: string; month: string }>>(zones.map((zone) => [zone, new Map()]));
  return (zone, atMs) => {
    const slot = Math.floor(atMs / slotMs);
    const found = known.get(zone)?.get(slot);
    if (found) return found;
    const day = formats.get(zone)?.format(slot * slotMs) ?? "";
    const dates = { day, week: isoWeek(day), month: day.slice(0, 7) };
    known.get(zone)?.set(slot, dates);
    return dates;
  };
}

/** A week belongs to the year of its Thursday. */
function isoWeek(day: string): string {
  const thursday = new Date(`${day}T00:00:00Z`);
  thursday.setUTCDate(thursday.getUTCDate() - ((thursday.getUTCDay() + 6) % 7) + 3);
  const year = thursday.getUTCFullYear();
  const week = Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / 604_800_000) + 1;
  return `${year}-W${String(week).padStart(2, "0")}`;
}
