import { fetchClients } from "@paios/shared/testing/client-fetch";
import { beforeAll, expect, it } from "vitest";
import { askAll, keywords } from "./needs-found.ts";

// The first run fetches both clients (0.8 GB); it says so when it cannot.
beforeAll(() => fetchClients(), 600_000);

it.each([
  { client: "claude", queryOf: keywords },
  { client: "codex", queryOf: (need: string) => need },
] as const)("FIT-01 plain-language needs find the right tool in $client's own search, 95 % of the time", async ({ client, queryOf }) => {
  const asks = await askAll(client, queryOf);
  const misses = asks.filter(({ hit }) => !hit).map(({ query, tools, found }) => `"${query}" wants ${tools.join(" or ")}, got ${found.join(" ") || "nothing"}`);
  expect(1 - misses.length / asks.length, misses.join("\n")).toBeGreaterThanOrEqual(0.95);
});
