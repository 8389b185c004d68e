import { UserError } from "@paios/shared/errors";
import { neutralise } from "@paios/shared/external";
import * as z from "zod";
import type { FoundEvent } from "./query/query.ts";

/** An event as a tool shows it. */
export const eventSchema = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentId: z.string().optional(),
  time: z.string(),
  durationMs: z.number().optional(),
  category: z.string(),
  action: z.string(),
  service: z.string(),
  status: z.enum(["ok", "error"]),
  score: z.number().optional(),
  metadata: z.record(z.string(), z.unknown()),
});

const shownChars = 500;

export function shownEvent({ time, durationMs, metadata, ...event }: FoundEvent): z.infer<typeof eventSchema> {
  return {
    traceId: event.traceId,
    spanId: event.spanId,
    ...(event.parentId !== undefined && { parentId: event.parentId }),
    category: neutralise(event.category),
    action: neutralise(event.action),
    service: neutralise(event.service),
    status: event.status,
    ...(event.score !== undefined && { score: event.score }),
    time: new Date(time).toISOString(),
    ...(durationMs !== undefined && { durationMs: rounded(durationMs) }),
    metadata: shownMetadata(metadata),
  };
}

/** Other programs send events too: their texts are kept short and cannot pretend to be anything else. */
export function shownMetadata(metadata: Record<string, unknown>): Record<string, unknown> {
  const shown = (value: unknown): unknown => (typeof value === "string" ? cut(neutralise(value)) : typeof value === "object" && value !== null ? cut(neutralise(JSON.stringify(value))) : value);
  return Object.fromEntries(Object.entries(metadata).map(([key, value]) => [neutralise(key), shown(value)]));
}

export function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}

/** "2026-11-21", an ISO time, or a span back from now: "30m", "24h", "7d". */
export function timeFrom(text: string | undefined, field: string, now: number): number | undefined {
  if (text === undefined) return undefined;
  const [, amount, unit] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  const ms = amount ? now - Number(amount) * { m: 60_000, h: 3_600_000, d: 86_400_000 }[unit as "m" | "h" | "d"] : Date.parse(text);
  if (Number.isNaN(ms)) throw new UserError("bad_input", `${field} is not a time. Write it as 2026-11-21, 2026-11-21T10:00:00Z, or back from now as 30m, 24h, 7d.`);
  return ms;
}

function cut(text: string): string {
  return text.length > shownChars ? `${text.slice(0, shownChars).toWellFormed()} …` : text;
}
