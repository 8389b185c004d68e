import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { expect, it } from "vitest";
import { refreshPrices } from "./refresh.ts";
import { openPrices } from "./table.ts";

const list = (input = 9e-6) =>
  JSON.stringify(Object.fromEntries(["gpt-5", "gpt-5-mini", "gpt-new", "o3", "gpt-4.1"].map((name) => [name, { litellm_provider: "openai", mode: "chat", input_cost_per_token: name === "gpt-5" ? input : 2e-6, output_cost_per_token: 8e-6, cache_read_input_token_cost: 5e-7 }])));

it("refreshes from a file, says how much changed, and again changes nothing", async () => {
  using folder = temporaryFolder();
  const home = join(folder.path, "home");
  const file = join(folder.path, "list.json");
  writeFileSync(file, `\uFEFF${list()}`);
  const today = new Date().toISOString().slice(0, 10);
  // o3 and gpt-4.1 cost that already.
  expect(await refreshPrices(home, file)).toEqual({ models: 5, date: today, changed: 3 });
  expect(await refreshPrices(home, file)).toEqual({ models: 5, date: today, changed: 0 });
  const prices = openPrices({ home, overrides: {} });
  expect([prices.problems, prices.date, prices.lookup("gpt-new")?.input, prices.lookup("gpt-5")?.input]).toEqual([[], today, 2_000_000, 9_000_000]);
  expect([readdirSync(home), statSync(join(home, "prices.json")).mode & 0o777]).toEqual([["prices.json"], 0o600]);
});

it("refreshes from an address, over a redirect", async () => {
  using home = temporaryFolder();
  await using server = await serving((request, response) => {
    if (request.url === "/") response.writeHead(302, { location: "/list" }).end();
    else response.end(list());
  });
  expect(await refreshPrices(home.path, server.url)).toMatchObject({ models: 5, changed: 3 });
});

it.each<[string, string, RequestListener]>([
  ["refused", "another scheme", (_, response) => void response.writeHead(302, { location: "https://localhost/list" }).end()],
  ["refused", "a file", (_, response) => void response.writeHead(302, { location: "file:///etc/passwd" }).end()],
  ["unavailable", "a circle", (_, response) => void response.writeHead(302, { location: "/" }).end()],
  ["unavailable", "an error", (_, response) => void response.writeHead(500).end("secret text")],
  ["unavailable", "a broken answer", (_, response) => void response.writeHead(200, { "content-length": "100" }).write("{", () => response.destroy())],
  ["bad_input", "no JSON", (_, response) => void response.end("<html>")],
  ["bad_input", "too few models", (_, response) => void response.end('{"gpt-5":{"litellm_provider":"openai","input_cost_per_token":1e-6,"output_cost_per_token":1e-6}}')],
  ["bad_input", "a price in the wrong unit", (_, response) => void response.end(list(1.25))],
  ["bad_input", "deep nesting", (_, response) => void response.end("[".repeat(100_000) + "]".repeat(100_000))],
  ["too_large", "17 MB", (_, response) => void response.end(Buffer.alloc(17 * 1024 * 1024, 32))],
  ["timed_out", "no end", (_, response) => void response.write("{")],
])("%s: %s, and nothing is written", async (code, _what, answer) => {
  using home = temporaryFolder();
  await using server = await serving(answer);
  const refused = await refreshPrices(home.path, server.url, { milliseconds: code === "timed_out" ? 200 : 10_000 }).catch((error: unknown) => error);
  expect(refused).toMatchObject({ name: "UserError", code });
  expect(String(refused)).not.toContain("secret");
  expect(readdirSync(home.path)).toEqual([]);
});

it("a bad list leaves the last good one", async () => {
  using folder = temporaryFolder();
  const file = join(folder.path, "list.json");
  writeFileSync(file, list());
  await refreshPrices(folder.path, file);
  const good = readFileSync(join(folder.path, "prices.json"), "utf8");
  writeFileSync(file, list(1));
  await expect(refreshPrices(folder.path, file)).rejects.toMatchObject({ code: "bad_input" });
  expect(readFileSync(join(folder.path, "prices.json"), "utf8")).toBe(good);
});

it("names a path that is none, a folder, and a home that cannot be written", async () => {
  using folder = temporaryFolder();
  const file = join(folder.path, "list.json");
  writeFileSync(file, list());
  await expect(refreshPrices(folder.path, join(folder.path, "none"))).rejects.toMatchObject({ code: "not_found" });
  await expect(refreshPrices(folder.path, folder.path)).rejects.toMatchObject({ code: "bad_input" });
  await expect(refreshPrices(join(file, "home"), file)).rejects.toMatchObject({ code: "storage" });
});

it("stops when told to", async () => {
  using home = temporaryFolder();
  const stop = new AbortController();
  await using server = await serving(() => stop.abort());
  await expect(refreshPrices(home.path, server.url, { signal: stop.signal })).rejects.toMatchObject({ name: "AbortError" });
  expect(readdirSync(home.path)).toEqual([]);
});

async function serving(answer: RequestListener): Promise<{ url: string; [Symbol.asyncDispose]: () => Promise<void> }> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
