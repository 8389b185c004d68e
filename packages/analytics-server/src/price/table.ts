import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { errorCode } from "@paios/shared/errors";
import shipped from "../../prices.json" with { type: "json" };
import { bands } from "../index/names.ts";
import type { Settings } from "../settings.ts";
import type { ModelPrice, Price } from "./cost.ts";
import { doubt, isTable, maxPrice, type PriceTable, type StoredModel, type StoredPrice } from "./shape.ts";
import { spellings } from "./spellings.ts";

export interface Prices {
  /** Undefined for a model that no list knows: it is unpriced, never free. */
  lookup: (model: string) => ModelPrice | undefined;
  problems: string[];
  /** Of the list asked first: the refreshed one, else the shipped one. */
  date: string;
  source: string;
}

const maxBytes = 16 * 1024 * 1024;

/** Prices by model: the person's own (dollars a million tokens), then `<home>/prices.json`, then the shipped list. */
export function openPrices({ home, overrides }: { home: string; overrides: Settings["prices"] }): Prices {
  const problems: string[] = [];
  const own = ownPrices(overrides, problems);
  const refreshed = readRefreshed(refreshedPath(home), problems);
  const lists = [own, ...(refreshed ? [refreshed.models] : []), shippedTable.models];
  const { date, source } = refreshed ?? shippedTable;
  return { lookup: (model) => find(lists, spellings(model)), problems, date, source };
}

export const shippedTable: PriceTable = shipped;

export function refreshedPath(home: string): string {
  return join(home, "prices.json");
}

function find(lists: Record<string, StoredModel>[], names: string[]): ModelPrice | undefined {
  for (const list of lists) {
    const name = names.find((each) => Object.hasOwn(list, each));
    const stored = name === undefined ? undefined : list[name];
    if (stored) return complete(stored, names.at(-1)?.startsWith("claude-") ?? false);
  }
  return undefined;
}

/** Fills in the cache prices. Requests are summed by `bands`: a line drawn elsewhere cannot be priced exactly, so it is not. */
function complete({ above, ...base }: StoredModel, claude: boolean): ModelPrice | undefined {
  if (above && !bands.includes(above.tokens)) return undefined;
  const usual = claude ? { cacheRead: 0.1, cacheWrite5m: 1.25, cacheWrite1h: 2 } : { cacheRead: 1, cacheWrite5m: 1, cacheWrite1h: share(base, "cacheWrite5m") ?? 1 };
  const shares = {
    cacheRead: share(base, "cacheRead") ?? usual.cacheRead,
    cacheWrite5m: share(base, "cacheWrite5m") ?? usual.cacheWrite5m,
    cacheWrite1h: share(base, "cacheWrite1h") ?? usual.cacheWrite1h,
  };
  return above ? { ...filled(base, shares), above: { tokens: above.tokens, ...filled(above, shares) } } : filled(base, shares);
}

type CachePart = "cacheRead" | "cacheWrite5m" | "cacheWrite1h";

function share(price: StoredPrice, part: CachePart): number | undefined {
  const given = price[part];
  return given === undefined || price.input === 0 ? undefined : given / price.input;
}

function filled(price: StoredPrice, shares: Record<CachePart, number>): Price {
  const of = (part: CachePart) => price[part] ?? Math.round(price.input * shares[part]);
  return { input: price.input, output: price.output, cacheRead: of("cacheRead"), cacheWrite5m: of("cacheWrite5m"), cacheWrite1h: of("cacheWrite1h") };
}

function ownPrices(overrides: Settings["prices"], problems: string[]): Record<string, StoredModel> {
  const models = new Map<string, StoredModel>();
  for (const [name, dollars] of Object.entries(overrides)) {
    const given = Object.entries(dollars).flatMap(([part, value]) => (value === undefined ? [] : [[part, Math.round(value * 1_000_000)] as const]));
    if (given.some(([, value]) => !(value <= maxPrice))) problems.push("analytics.prices in paios.json has a price above $10,000 for a million tokens; it is ignored. Give dollars a million tokens.");
    else models.set(name, { input: 0, output: 0, ...Object.fromEntries(given) });
  }
  return Object.fromEntries(models);
}

function readRefreshed(path: string, problems: string[]): PriceTable | undefined {
  const ignored = (why: string): undefined => {
    problems.push(`${path} ${why}; it is ignored. Refresh the prices again, or remove the file.`);
  };
  try {
    const stat = statSync(path);
    if (!stat.isFile() || stat.size > maxBytes) return ignored("is not a file of at most 16 MB");
    const table: unknown = JSON.parse(readFileSync(path, "utf8"));
    if (!isTable(table)) return ignored("is not a price table");
    const why = doubt(table);
    return why === undefined ? table : ignored(why);
  } catch (error) {
    const code = errorCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    return ignored(code ? `cannot be read (${code})` : "is not JSON");
  }
}
