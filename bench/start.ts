import { join } from "node:path";
import { type Client, type Launch, launchListed } from "./client.ts";
import { questions } from "./corpus.ts";
import { scratchHome } from "./homes.ts";
import { interleaved, median, timed } from "./measure.ts";
import { bare, memoryLibsql, ours, serverMemory } from "./peers.ts";
import { type BenchResult, row } from "./result.ts";

const rounds = 25;
const passages = 10_000;

/** From before the spawn to the parsed answer, one process and five at once. */
export async function bench(): Promise<BenchResult> {
  using home = await scratchHome(passages);
  const server = ours(home.path);
  // A first call lets the server write its compile cache, which every later start has.
  await firstSearch(server, 1_100);
  const one = await interleaved(rounds, {
    bare: () => toList(bare),
    ours: () => toList(server),
    first: () => firstSearch(server),
    memory: () => toList(serverMemory(join(home.path, "memory.jsonl"))),
    libsql: () => toList(memoryLibsql(join(home.path, "libsql.db"))),
  });
  const five = await interleaved(rounds, { bare: () => fiveToList(bare), ours: () => fiveToList(server) });
  const floor = { name: "bare Node", value: median(one.bare) };
  return {
    name: "start",
    rows: [
      row("tools/list answered", { unit: "ms", ours: median(one.ours), against: floor, target: { ratioAtMost: 1.1 } }),
      row("five at once", { unit: "ms", ours: median(five.ours), against: { name: "five bare Node", value: median(five.bare) }, target: { ratioAtMost: 1.2 } }),
      row(`first kb_search, ${passages} passages`, { unit: "ms", ours: median(one.first), against: floor, target: { ratioAtMost: 4 } }),
      row("tools/list against server-memory", { unit: "ms", ours: median(one.ours), against: { name: "server-memory", value: median(one.memory) } }),
      row("tools/list against mcp-memory-libsql", { unit: "ms", ours: median(one.ours), against: { name: "mcp-memory-libsql", value: median(one.libsql) } }),
    ],
    notes: [`Medians of ${rounds} interleaved rounds, warm file cache and compile cache. Ours runs with the heap flags of its registration, the others as their README says.`],
  };
}

async function toList(command: Launch): Promise<number> {
  let client: Client | undefined;
  const milliseconds = await timed(async () => (client = await launchListed(command)));
  await client?.end();
  return milliseconds;
}

async function fiveToList(command: Launch): Promise<number> {
  let clients: Client[] = [];
  const milliseconds = await timed(async () => (clients = await Promise.all(Array.from({ length: 5 }, () => launchListed(command)))));
  await Promise.all(clients.map((client) => client.end()));
  return milliseconds;
}

let asked = 0;
const asks = [...questions(100, 11)];

/** A whole session's first answer: handshake, list and one question nobody asked before. */
async function firstSearch(command: Launch, stayMs = 0): Promise<number> {
  let client: Client | undefined;
  const milliseconds = await timed(async () => {
    client = await launchListed(command);
    await client.call("kb_search", { query: asks[asked++ % asks.length] });
  });
  await new Promise((resolve) => setTimeout(resolve, stayMs));
  await client?.end();
  return milliseconds;
}
