import { createHash } from "node:crypto";
import { redact } from "@paios/shared/redact";
import { type Database, sql } from "@paios/shared/sqlite";
import type { Classification } from "../classify/classify.ts";
import { packFeatures } from "./features.ts";

export interface Decision {
  id: number;
  traceId: string;
  time: number;
  client: string;
  summary: string;
  brain: string;
  category: string;
  confidence: number;
  fallback: boolean;
  reason: string;
  override: string | undefined;
  weightsVersion: string;
  score: number | undefined;
  correctBrain: string | undefined;
}

const summaryChars = 160;
const readChars = 1_000;

/** Stores what was decided: the task itself is not kept, only a redacted start of it and its hash. */
export function storeDecision(database: Database, task: string, decided: Classification, about: { traceId: string; time: number; client: string; weightsVersion: string }): number {
  const { brain, category, confidence, margin, fallback, reason, override, features } = decided;
  const insert = sql(
    database,
    `INSERT INTO decision(trace_id, time_ms, client, summary, task_sha256, brain, category, confidence, margin, fallback, reason, override, weights_version, features)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const row = [about.traceId, about.time, about.client, summaryOf(task), createHash("sha256").update(task).digest("hex"), brain, category, confidence, margin, Number(fallback), reason, override ? JSON.stringify(override) : null, about.weightsVersion, packFeatures(features)];
  return Number(database.transaction(() => insert.run(...row)).immediate().lastInsertRowid);
}

/** One line of at most 160 characters, secrets and addresses redacted. */
function summaryOf(task: string): string {
  const line = String(redact(task.slice(0, readChars).toWellFormed())).replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ").trim();
  return line.length > summaryChars ? `${line.slice(0, summaryChars - 1).toWellFormed()}…` : line;
}

export interface History {
  brain?: string | undefined;
  category?: string | undefined;
  since?: number | undefined;
  until?: number | undefined;
  /** Only those that were wrong: another brain was named as right, or the score is 1 or 2. */
  wrong?: boolean | undefined;
  before?: number | undefined;
  limit: number;
}

interface Row {
  id: number;
  trace_id: string;
  time_ms: number;
  client: string;
  summary: string;
  brain: string;
  category: string;
  confidence: number;
  fallback: number;
  reason: string;
  override: string | null;
  weights_version: string;
  score: number | null;
  correct_brain: string | null;
}

/** Newest first. */
export function readDecisions(database: Database, { brain, category, since = 0, until = Number.MAX_SAFE_INTEGER, wrong = false, before = Number.MAX_SAFE_INTEGER, limit }: History): Decision[] {
  const rows = sql<Row>(
    database,
    `SELECT id, trace_id, time_ms, client, summary, brain, category, confidence, fallback, reason, override, weights_version, score, correct_brain FROM decision
     WHERE id < ? AND time_ms BETWEEN ? AND ? AND (? IS NULL OR brain = ?) AND (? IS NULL OR category = ?) AND (? = 0 OR score <= 2 OR (correct_brain IS NOT NULL AND correct_brain <> brain))
     ORDER BY id DESC LIMIT ?`,
  ).all(before, since, until, brain ?? null, brain ?? null, category ?? null, category ?? null, Number(wrong), limit);
  return rows.map(toDecision);
}

function toDecision({ trace_id: traceId, time_ms: time, fallback, override, weights_version: weightsVersion, score, correct_brain: correctBrain, ...rest }: Row): Decision {
  return { ...rest, traceId, time, fallback: fallback === 1, override: override ? (JSON.parse(override) as { words: string }).words : undefined, weightsVersion, score: score ?? undefined, correctBrain: correctBrain ?? undefined };
}
