import { readFileSync } from "node:fs";
import { join } from "node:path";
import { heapFlags } from "@paios/shared/testing/stdio";
import { type Client, type Launch, launchListed } from "./client.ts";
import { articles, questions } from "./corpus.ts";
import { startFakeEmbeddings } from "./fake-embeddings.ts";
import { dimension, scratchHome, useVectors } from "./homes.ts";
import { ours, serverMemory } from "./peers.ts";
import { type BenchResult, type Row, row } from "./result.ts";
import { writeServerMemory } from "./search.ts";

const searches = 10_000;
const cheapCalls = 100_000;
const sizes = [
  { passages: 10_000, ratioAtMost: 0.5, peerCalls: 200 },
  { passages: 100_000, ratioAtMost: 0.6, peerCalls: 10 },
];

/** Resident memory of one process after many calls. Sizes run beside each other: memory does not depend on the pace. */
export async function bench(): Promise<BenchResult> {
  const rows = await Promise.all(sizes.map(compare));
  return {
    name: "memory",
    rows: rows.flat(),
    notes: [
      `RSS after ${searches} kb_search and ${cheapCalls} kb_status. server-memory reads its whole file at each call, so it gets ${sizes.map(({ peerCalls, passages }) => `${peerCalls} search_nodes and ${peerCalls} open_nodes at ${passages}`).join(", ")}.`,
      "server-memory runs as its README says, and at 10000 once more with our heap flags.",
    ],
  };
}

async function compare({ passages, ratioAtMost, peerCalls }: (typeof sizes)[number]): Promise<Row[]> {
  const peer = await peerMemory(passages, peerCalls, []);
  const small = passages > 10_000 ? undefined : await peerMemory(passages, peerCalls, heapFlags);
  const words = await ourMemory(passages, searches, cheapCalls);
  await using embeddings = await startFakeEmbeddings({ dimension });
  const vectors = await ourMemory(passages, searches / 5, cheapCalls / 5, embeddings.url);
  return [
    row(`after the calls, ${passages} passages`, { unit: "MB", ours: words.now, against: { name: "server-memory", value: peer.now }, target: { ratioAtMost } }),
    row(`peak, ${passages} passages`, { unit: "MB", ours: words.peak, against: { name: "server-memory", value: peer.peak } }),
    ...(small ? [row(`after the calls, ${passages} passages`, { unit: "MB", ours: words.now, against: { name: "with our heap flags", value: small.now } })] : []),
    row(`with vectors, a fifth of the calls, ${passages} passages`, { unit: "MB", ours: vectors.now, against: { name: "server-memory", value: peer.now } }),
  ];
}

interface Memory {
  now: number;
  peak: number;
}

async function ourMemory(passages: number, searches: number, cheapCalls: number, vectorsUrl?: string): Promise<Memory> {
  using home = await scratchHome(passages);
  if (vectorsUrl) useVectors(home.path, vectorsUrl);
  return await afterCalls(ours(home.path), async ({ call }) => {
    for (const query of questions(searches, 61)) await call("kb_search", { query });
    for (let n = 0; n < cheapCalls; n++) await call("kb_status", {});
  });
}

async function peerMemory(passages: number, calls: number, flags: readonly string[]): Promise<Memory> {
  using home = await scratchHome(passages);
  const file = join(home.path, "memory.jsonl");
  writeServerMemory(file, passages);
  const names = [...articles(calls)].map(({ title }) => title);
  const { args, ...rest } = serverMemory(file);
  return await afterCalls({ ...rest, args: [...flags, ...args] }, async ({ call }) => {
    for (const query of questions(calls, 62)) await call("search_nodes", { query });
    for (const name of names) await call("open_nodes", { names: [name] });
  });
}

async function afterCalls(command: Launch, work: (client: Client) => Promise<void>): Promise<Memory> {
  const client = await launchListed(command);
  try {
    await work(client);
    return residentMegabytes(client.pid);
  } finally {
    await client.end();
  }
}

function residentMegabytes(pid: number): Memory {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1]) / 1_024;
  return { now: field("VmRSS"), peak: field("VmHWM") };
}
