import type { Sums, Truth } from "./truth.ts";

const fields = ["inputTokens", "outputTokens", "cacheReadTokens", "cacheWrite5mTokens", "cacheWrite1hTokens", "reasoningTokens", "messages"] as const;

export type Groups = Record<string, Sums>;

/** How many of the groups of the truth, and of those beyond it, are told exactly; the first that is not, for a reader. */
export function exactness(told: Groups, truth: Groups): { exact: number; of: number; wrong?: string } {
  const keys = [...new Set([...Object.keys(truth), ...Object.keys(told)])];
  const wrong = keys.filter((key) => fields.some((field) => told[key]?.[field] !== truth[key]?.[field]));
  return { exact: keys.length - wrong.length, of: keys.length, ...(wrong[0] !== undefined && { wrong: wrong[0] }) };
}

/** The truth's groups under the names of our groupings; days, weeks and months in one zone. */
export function groupsOf(truth: Truth, zone: string): Record<string, Groups> {
  const { client, model, project, session, mcp_server } = truth;
  return { day: truth.day[zone] ?? {}, week: truth.week[zone] ?? {}, month: truth.month[zone] ?? {}, session, model, project, client, mcp_server };
}
