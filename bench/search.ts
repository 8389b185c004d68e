import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Client, launchListed } from "./client.ts";
import { articles, questions } from "./corpus.ts";
import { startFakeEmbeddings } from "./fake-embeddings.ts";
import { dimension, scratchHome, useVectors } from "./homes.ts";
import { median, quantile, timed } from "./measure.ts";
import { bare, ours, serverMemory } from "./peers.ts";
import { type BenchResult, rounded, type Row, row } from "./result.ts";

const warmUp = 40;
const asked = 400;
const targets = { 10_000: { p50: 5, p99: 15 }, 100_000: { p50: 11, p99: 30 } };
/** Where the targets were set, bare Node answered tools/list in so many ms. */
const bareThereMs = 24;
const bareEvery = 20;

/** One question after another over stdio, each asked once, by words and then with vectors. */
export async function bench(): Promise<BenchResult> {
  const rows: Row[] = [];
  for (const passages of [10_000, 100_000] as const) {
    await using embeddings = await startFakeEmbeddings({ dimension });
    using wordsHome = await scratchHome(passages);
    using vectorsHome = await scratchHome(passages);
    useVectors(vectorsHome.path, embeddings.url);
    const words = await askAll(wordsHome.path, "keyword");
    const { times, bareStarts } = await askAll(vectorsHome.path, "hybrid");
    const { p50, p99 } = targets[passages];
    const bareNode = { name: "bare Node", value: median(bareStarts) };
    rows.push(
      row(`words, ${passages} passages, p50`, { unit: "ms", ours: quantile(words.times, 0.5) }),
      row(`words, ${passages} passages, p99`, { unit: "ms", ours: quantile(words.times, 0.99) }),
      row(`with vectors, ${passages} passages, p50`, { unit: "ms", ours: quantile(times, 0.5), target: { atMost: p50 } }),
      row(`with vectors, ${passages} passages, p99`, { unit: "ms", ours: quantile(times, 0.99), target: { atMost: p99 } }),
      row(`with vectors, ${passages} passages, p50, to a start`, { unit: "ms", ours: quantile(times, 0.5), against: bareNode, target: { ratioAtMost: rounded(p50 / bareThereMs) } }),
    );
  }
  const [first] = rows;
  if (first) rows.push(row("words, 10000 passages, p50, against a peer", { unit: "ms", ours: first.ours, against: { name: "server-memory", value: await searchServerMemory(10_000) } }));
  return {
    name: "search",
    rows,
    notes: [
      `kb_search over stdio, ${asked} questions of 3 to 8 telling words, ${dimension}-d vectors from a loopback endpoint whose time is in the figures.`,
      `The targets in ms were set where bare Node answers tools/list in ${bareThereMs} ms. "To a start" is the same question for a machine of any speed: bare Node is started once in ${bareEvery} questions, and the target is the share of such a start that the one in ms was there.`,
      "server-memory looks for the whole question as one string in every text: 40 questions, of which it answers none.",
    ],
  };
}

async function askAll(home: string, mode: "keyword" | "hybrid"): Promise<{ times: number[]; bareStarts: number[] }> {
  const client = await launchListed(ours(home));
  const times: number[] = [];
  const bareStarts: number[] = [];
  for (const query of questions(warmUp + asked, 21)) {
    times.push(await timed(() => ask(client, query, mode)));
    if (times.length % bareEvery === 0) bareStarts.push(await bareStart());
  }
  await client.end();
  return { times: times.slice(warmUp), bareStarts };
}

/** Asks and makes sure that the answer is of the mode that is measured. */
async function ask(client: Client, query: string, mode: "keyword" | "hybrid"): Promise<void> {
  const { structuredContent } = (await client.call("kb_search", { query })) as { structuredContent: { mode: string } };
  if (structuredContent.mode !== mode) throw new Error(`A question was answered in mode ${structuredContent.mode}`);
}

async function bareStart(): Promise<number> {
  const started = performance.now();
  const client = await launchListed(bare);
  const milliseconds = performance.now() - started;
  await client.end();
  return milliseconds;
}

async function searchServerMemory(passages: number): Promise<number> {
  using home = await scratchHome(passages);
  const file = join(home.path, "memory.jsonl");
  writeServerMemory(file, passages);
  const client = await launchListed(serverMemory(file));
  const times: number[] = [];
  for (const query of questions(40, 22)) times.push(await timed(() => client.call("search_nodes", { query })));
  await client.end();
  return quantile(times, 0.5);
}

/** The same texts as server-memory keeps them: an entity a line, the text its observation. */
export function writeServerMemory(file: string, passages: number): void {
  const lines = [...articles(passages)].map(({ title, text }) => JSON.stringify({ type: "entity", name: title, entityType: "note", observations: [text] }));
  writeFileSync(file, lines.join("\n"));
}
