import { sql } from "@paios/shared/sqlite";
import { type Context, defineTool } from "@paios/shared/tool";
import * as z from "zod";
import type { Router } from "../router.ts";
import { toMs } from "./router_history.ts";

const group = z.object({ decisions: z.int(), scored: z.int(), meanScore: z.number().optional(), corrected: z.int(), fallbacks: z.int(), overrides: z.int() });

interface Row {
  name: string;
  decisions: number;
  scored: number;
  meanScore: number | null;
  corrected: number;
  fallbacks: number;
  overrides: number;
}

const sums = `count(*) AS decisions, count(score) AS scored, avg(score) AS meanScore, sum(correct_brain IS NOT NULL AND correct_brain <> brain) AS corrected, sum(fallback) AS fallbacks, sum(override IS NOT NULL) AS overrides`;

export default defineTool({
  name: "router_stats",
  description: "Sums up routing by brain, category and month: tasks, mean scores, corrections, fallbacks. Use for a weekly review. Returns counts since a date (default 30 days).",
  input: z.strictObject({ since: z.string().max(40).optional(), until: z.string().max(40).optional() }),
  output: z.object({ total: group, byBrain: z.record(z.string(), group), byCategory: z.record(z.string(), group), byMonth: z.record(z.string(), group), weightsVersion: z.string() }),
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  run: ({ since, until }, { state: router, now }: Context<Router>) => {
    const range = [toMs(since, "since") ?? now() - 30 * 86_400_000, toMs(until, "until") ?? Number.MAX_SAFE_INTEGER];
    const by = (name: string) => Object.fromEntries(sql<Row>(router.database, `SELECT ${name} AS name, ${sums} FROM decision WHERE time_ms BETWEEN ? AND ? GROUP BY 1 ORDER BY decisions DESC`).all(...range).map(({ name: key, ...row }) => [key, shown(row)]));
    return {
      total: by("'all'")["all"] ?? { decisions: 0, scored: 0, corrected: 0, fallbacks: 0, overrides: 0 },
      byBrain: by("brain"),
      byCategory: by("category"),
      byMonth: by("strftime('%Y-%m', time_ms / 1000, 'unixepoch')"),
      weightsVersion: router.active().version,
    };
  },
});

function shown({ meanScore, ...row }: Omit<Row, "name">): z.infer<typeof group> {
  return { ...row, ...(meanScore !== null && { meanScore: Math.round(meanScore * 100) / 100 }) };
}
