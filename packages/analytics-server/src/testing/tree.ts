import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { openDatabase } from "@paios/shared/sqlite";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { openRefresher } from "../index/refresh.ts";
import { type ModelPrice, createCosts } from "../price/cost.ts";
import { openCalendar } from "../query/days.ts";
import type { UsageSums } from "../query/sums.ts";
import { type Grouping, usageBy } from "../query/usage.ts";
import { migrations } from "../store/schema.ts";

/** The stores of the clients in a scratch folder, and analytics over them. */
export function testTree(environment: Record<string, string> = {}) {
  const folder = temporaryFolder("paios-analytics-");
  const database = openDatabase({ path: join(folder.path, "analytics.sqlite"), migrations });
  const whole = { HOME: folder.path, ...environment };
  const { refresh, stop } = openRefresher(database, whole);
  const path = (name: string) => join(folder.path, name);
  return {
    path,
    database,
    environment: whole,
    refresh,
    /** Lines of a file below the scratch HOME; objects are written as JSON, text and bytes as they are. */
    write: (name: string, ...lines: (object | string)[]) => put(path(name), lines, writeFileSync),
    append: (name: string, ...lines: (object | string)[]) => put(path(name), lines, appendFileSync),
    by: (grouping: Grouping, { timezone = "UTC", prices = {} }: { timezone?: string; prices?: Record<string, ModelPrice> } = {}): Record<string, Partial<UsageSums>> =>
      Object.fromEntries(usageBy(database, grouping, {}, openCalendar(timezone), createCosts((model) => prices[model])).rows.map(({ key, ...sums }) => [key, withoutZeros(sums)])),
    skipped: () => database.prepare("SELECT reason, sum(count) AS count FROM skipped GROUP BY reason ORDER BY reason").all(),
    [Symbol.asyncDispose]: async () => {
      await stop();
      database.close();
      folder[Symbol.dispose]();
    },
  };
}

function put(path: string, lines: (object | string)[], write: (path: string, text: string) => void): void {
  mkdirSync(dirname(path), { recursive: true });
  write(path, lines.map((line) => (typeof line === "string" ? line : `${JSON.stringify(line)}\n`)).join(""));
}

function withoutZeros(sums: UsageSums): Partial<UsageSums> {
  return Object.fromEntries(Object.entries(sums).filter(([, value]) => value !== 0));
}

let rows = 0;

/** A row of Claude Code as 2.1.329 writes it, with what the test says otherwise. */
export function claudeRow({ tokens = {}, message = {}, ...row }: { tokens?: object; message?: object; [key: string]: unknown } = {}): object {
  const number = ++rows;
  return {
    parentUuid: null,
    isSidechain: false,
    message: {
      id: `msg_${number}`,
      type: "message",
      role: "assistant",
      model: "claude-opus-5-5",
      content: [{ type: "text", text: 'I wrote "usage":{"output_tokens":7} there.' }],
      usage: { input_tokens: 10, output_tokens: 5, cache_read_input_tokens: 0, cache_creation_input_tokens: 0, ...tokens },
      ...message,
    },
    requestId: `req_${number}`,
    type: "assistant",
    uuid: `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`,
    timestamp: "2026-11-20T12:00:00.000Z",
    cwd: "/home/ada/garden",
    sessionId: "s1",
    ...row,
  };
}

/** A line of a rollout of Codex. */
export function codexLine(type: string, payload: object, timestamp = "2026-11-20T12:00:00.000Z"): object {
  return { timestamp, type, payload };
}

/** A token_count as Codex wrote it before it kept records of each response. */
export function tokenCount(total: number[], last: number[], timestamp?: string, limits: object | null = null): object {
  return codexLine("event_msg", { type: "token_count", info: { total_token_usage: usage(total), last_token_usage: usage(last) }, rate_limits: limits }, timestamp);
}

/** Input, cached, output, reasoning. */
export function usage([input = 0, cached = 0, output = 0, reasoning = 0]: number[]): object {
  return { input_tokens: input, cached_input_tokens: cached, output_tokens: output, reasoning_output_tokens: reasoning, total_tokens: input + output };
}
