import type { Database } from "@paios/shared/sqlite";
import type { Costs } from "../price/cost.ts";
import type { Calendar } from "./days.ts";
import { microsOf, tokensOf } from "./sums.ts";
import { modelNames, readSums, slotAt, usageBy, type UsageFilter } from "./usage.ts";

interface ModelCost {
  model: string;
  costMicros: number;
  /** Of the whole, in percent. */
  share: number;
  inputMicros: number;
  outputMicros: number;
  cacheReadMicros: number;
  cacheWriteMicros: number;
}

export interface CostReport {
  models: ModelCost[];
  totalMicros: number;
  unpriced: { model: string; tokens: number }[];
  month: { soFarMicros: number; expectedMicros: number };
}

const none = { input: 0, output: 0, cacheRead: 0, cache5m: 0, cache1h: 0 };

/** What each model cost and for what, the dearest first; and the month of `nowMs`, going on as it went. */
export function costReport(database: Database, filter: UsageFilter, calendar: Calendar, costs: Costs, nowMs: number): CostReport {
  const parts = new Map<string, bigint[]>();
  const unpriced = new Map<string, number>();
  const names = modelNames(database);
  for (const sums of readSums(database, "model", filter, calendar)) {
    const model = names.get(sums.model) ?? "";
    const part = (of: Partial<typeof none>) => costs.of(model, sums.band, { ...none, ...of });
    const { input, output, cacheRead, cache5m, cache1h } = sums;
    const split = [part({ input }), part({ output }), part({ cacheRead }), part({ cache5m, cache1h })];
    if (split.some((picos) => picos === undefined)) unpriced.set(model, (unpriced.get(model) ?? 0) + tokensOf(sums));
    else parts.set(model, split.map((picos, at) => (picos ?? 0n) + (parts.get(model)?.[at] ?? 0n)));
  }
  const total = [...parts.values()].flat().reduce((sum, picos) => sum + picos, 0n);
  const models = Array.from(parts, ([model, [input = 0n, output = 0n, read = 0n, written = 0n]]) => ({
    model,
    costMicros: microsOf(input + output + read + written),
    share: total > 0n ? Number(((input + output + read + written) * 1_000n) / total) / 10 : 0,
    inputMicros: microsOf(input),
    outputMicros: microsOf(output),
    cacheReadMicros: microsOf(read),
    cacheWriteMicros: microsOf(written),
  }));
  return {
    models: models.toSorted((a, b) => b.costMicros - a.costMicros),
    totalMicros: microsOf(total),
    unpriced: Array.from(unpriced, ([model, tokens]) => ({ model, tokens })),
    month: month(database, filter.client, calendar, costs, nowMs),
  };
}

function month(database: Database, client: string | undefined, calendar: Calendar, costs: Costs, nowMs: number): CostReport["month"] {
  const now = slotAt(nowMs);
  const [year = 0, number = 0] = calendar.dayOf(now).split("-").map(Number);
  const first = (date: Date) => calendar.slotOf(date.toISOString().slice(0, 10));
  const from = first(new Date(Date.UTC(year, number - 1, 1)));
  const to = first(new Date(Date.UTC(year, number, 1)));
  const soFarMicros = usageBy(database, "client", { from, to, client }, calendar, costs).totals.costMicros;
  return { soFarMicros, expectedMicros: Math.round((soFarMicros * (to - from)) / Math.max(1, now + 1 - from)) };
}
