import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { scratchEnvironment } from "@paios/shared/testing/temporary";
import type { Sums } from "../../bench/analytics/truth.ts";
import { type RunningKb, startKb } from "../storage/rig.ts";

export const entry = fileURLToPath(new URL("../../packages/analytics-server/dist/main.js", import.meta.url));
const fixtures = fileURLToPath(new URL("../../packages/analytics-server/src/testing/fixtures/", import.meta.url));

/** What the mock models served the real clients that wrote the fixtures. */
export const expected = JSON.parse(readFileSync(join(fixtures, "expected.json"), "utf8")) as Record<"claude" | "codex" | "openclaw", { totals: Sums; sessions: Record<string, { messages: number; outputTokens: number }>; tools: Record<string, { calls: number; errors: number }> }>;

export function fixtureText(name: string): string {
  return readFileSync(join(fixtures, name), "utf8");
}

/** The stores that the real clients wrote, where a scratch environment has their homes. */
export function copyFixtures(home: string): void {
  for (const [from, to] of [["claude", "claude"], ["codex", "codex"], ["openclaw", ".openclaw"]] as const) cpSync(join(fixtures, from), join(home, to), { recursive: true });
}

/** The environment for a tree of the generator, and a home of PAIOS. */
export function treeEnvironment(tree: string, home: string): Record<string, string> {
  return scratchEnvironment(home, { PAIOS_HOME: home, CLAUDE_CONFIG_DIR: join(tree, "claude"), CODEX_HOME: join(tree, "codex"), OPENCLAW_STATE_DIR: join(tree, "openclaw"), TZ: "UTC" });
}

/** The built server, driven over stdio. */
export function startAnalytics(env: Record<string, string>, program = entry): Promise<RunningKb> {
  return startKb(env, program);
}

/** Sums of ours under the names of the truth. */
export function sumsOf({ requests, inputTokens, outputTokens, cacheReadTokens, cacheWrite5mTokens, cacheWrite1hTokens, reasoningTokens }: Record<string, number>): Record<string, number | undefined> {
  return { inputTokens, outputTokens, cacheReadTokens, cacheWrite5mTokens, cacheWrite1hTokens, reasoningTokens, messages: requests };
}

export interface Told {
  rows: ({ key: string } & Record<string, number>)[];
  totals: Record<string, number>;
}

export function groups({ rows }: Told): Record<string, object> {
  return Object.fromEntries(rows.map(({ key, ...sums }) => [key === "none" ? "" : key, sumsOf(sums)]));
}
