import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { describe, expect, it } from "vitest";
import { articles, questions } from "../../bench/corpus.ts";
import { embedder, startFakeEmbeddings } from "../../bench/fake-embeddings.ts";
import { activeSpace, buildingSpace, waiting } from "../../packages/kb-server/src/embed/spaces.ts";
import { dot } from "../../packages/kb-server/src/embed/vectors.ts";
import { closeKb, type Kb, openKb } from "../../packages/kb-server/src/kb.ts";
import { search } from "../../packages/kb-server/src/rank/search.ts";
import { prepare } from "../../packages/kb-server/src/store/prepare.ts";
import { writeArticles } from "../../packages/kb-server/src/store/write.ts";

const dimension = 64;
const never = new AbortController().signal;

describe("with an embedding endpoint", () => {
  it("MEM-01 finds the nearest passages by vectors, as an exact scan does", async () => {
    await using endpoint = await startFakeEmbeddings({ dimension });
    await using kb = await openWith(endpoint.url, { weight: 0.5 });
    fill(kb, 1_500);
    expect(await kb.embeddings.run()).toBe("done");
    const embed = embedder(dimension);
    const chunks = kb.database.prepare("SELECT chunk.id, article.title, heading, chunk.text FROM chunk JOIN article ON article.id = article_id").all() as { id: number; title: string; heading: string; text: string }[];
    const vectors = chunks.map(({ id, title, heading, text }) => ({ id, vector: embed([title, heading, text].filter(Boolean).join("\n")) }));
    let found = 0;
    for (const question of questions(20)) {
      const exact = vectors.map(({ id, vector }) => ({ id, score: dot(vector, embed(question)) })).sort((a, b) => b.score - a.score).slice(0, 10);
      const near = kb.vectors.nearest(activeSpaceOf(kb), embed(question), undefined, []);
      found += exact.filter(({ id }) => near.has(id)).length;
    }
    expect(found / 200).toBeGreaterThanOrEqual(0.95);
    const outcome = await search(kb, { query: [...questions(1)][0] ?? "", limit: 5, mode: "vector" }, never);
    expect(outcome).toMatchObject({ mode: "vector", notice: undefined });
    expect(outcome.hits).toHaveLength(5);
  });

  it("asks in batches and gets over answers with status 500", async () => {
    await using endpoint = await startFakeEmbeddings({ dimension, failEvery: 5 });
    await using kb = await openWith(endpoint.url, { weight: 0.2 });
    fill(kb, 200);
    expect(await kb.embeddings.run()).toBe("done");
    expect(waiting(kb.database)).toBe(0);
    expect(kb.database.prepare("SELECT count(*) FROM vector").pluck().get()).toBe(chunkCount(kb));
    expect(endpoint.requests()).toBeLessThan(30);
  });

  it("answers by words and says so while the endpoint is gone, and loses no article", async () => {
    const endpoint = await startFakeEmbeddings({ dimension });
    await using kb = await openWith(endpoint.url, { weight: 0.2 });
    fill(kb, 50);
    await kb.embeddings.run();
    await endpoint.close();
    writeArticles(kb.database, [article({ title: "Zeppelin mooring", text: "The mast stands behind the hangar." })], 1);
    const outcome = await search(kb, { query: "where does the zeppelin mast stand", limit: 3, mode: "auto" }, never);
    expect(outcome).toMatchObject({ mode: "keyword", notice: "the embedding provider does not answer; it is tried again within 30 s" });
    expect(outcome.hits[0]?.passage.title).toBe("Zeppelin mooring");
    expect(waiting(kb.database)).toBe(1);
  });

  it("re-embeds in a new space when the model changes, the old one serving until the switch", async () => {
    await using endpoint = await startFakeEmbeddings({ dimension });
    using home = temporaryFolder();
    {
      await using kb = await openWith(endpoint.url, { weight: 0.2 }, home.path);
      fill(kb, 300);
      await kb.embeddings.run();
    }
    await using kb = await openWith(endpoint.url, { weight: 0.2, model: "another" }, home.path);
    const before = activeSpaceOf(kb);
    const states: string[] = [];
    await kb.embeddings.run(() => states.push(`${activeSpace(kb.database)?.model}/${buildingSpace(kb.database)?.model}`));
    expect(new Set(states)).toEqual(new Set(["fake/another"]));
    expect(activeSpaceOf(kb)).toMatchObject({ model: "another", state: "active" });
    expect(kb.database.prepare("SELECT count(*) FROM vector WHERE space_id = ?").pluck().get(before.id)).toBe(0);
  });

  it("makes a new space when the same model answers another dimension", async () => {
    using home = temporaryFolder();
    const first = await startFakeEmbeddings({ dimension });
    const port = new URL(first.url).port;
    {
      await using kb = await openWith(first.url, { weight: 0.2 }, home.path);
      fill(kb, 100);
      await kb.embeddings.run();
    }
    await first.close();
    await using second = await startFakeEmbeddings({ dimension: 96, port: Number(port) });
    expect(second.url).toBe(first.url);
    await using kb = await openWith(second.url, { weight: 0.2 }, home.path);
    const outcome = await search(kb, { query: "anything at all here", limit: 3, mode: "auto" }, never);
    expect(outcome).toMatchObject({ mode: "keyword", notice: expect.stringContaining("changed its dimension") as string });
    fill(kb, 10, 9);
    await kb.embeddings.run();
    expect(activeSpaceOf(kb)).toMatchObject({ dimension: 96 });
    expect(waiting(kb.database)).toBe(0);
    expect(kb.database.prepare("SELECT count(*) FROM vector WHERE space_id = ?").pluck().get(activeSpaceOf(kb).id)).toBe(chunkCount(kb));
  });

  it("goes on after kill −9 in mid re-embed, without a vector lost or made twice", async () => {
    await using endpoint = await startFakeEmbeddings({ dimension, delayMs: 100 });
    using home = temporaryFolder();
    {
      await using kb = await openWith(endpoint.url, { weight: 0.2 }, home.path);
      fill(kb, 700);
    }
    const script = join(import.meta.dirname, "embed-now.ts");
    let kills = 0;
    for (let round = 0; round < 4; round++) {
      const child = spawn(process.execPath, [script, home.path], { stdio: "ignore" });
      const exit = new Promise((resolve) => child.once("exit", resolve));
      // It is at it: some are stored, others on their way.
      for (const before = endpoint.requests(); endpoint.requests() < before + 3; ) await wait(5);
      await wait(round * 70);
      if (child.kill("SIGKILL")) kills++;
      await exit;
    }
    expect(kills).toBe(4);
    await using kb = await openWith(endpoint.url, { weight: 0.2 }, home.path);
    const requests = endpoint.requests();
    await kb.embeddings.run();
    expect(endpoint.requests() - requests).toBeLessThan(chunkCount(kb) / 32);
    expect(kb.database.pragma("integrity_check", { simple: true })).toBe("ok");
    expect(kb.database.prepare("SELECT count(*) FROM vector").pluck().get()).toBe(chunkCount(kb));
    const listed = kb.database.prepare("SELECT sum(length(chunk_ids)) / 4 FROM vector_page WHERE space_id = ?").pluck().get(activeSpaceOf(kb).id);
    expect(listed).toBe(chunkCount(kb));
  });

  it("gives a model that is no help no weight", async () => {
    await using endpoint = await startFakeEmbeddings({ dimension: 8 });
    await using kb = await openWith(endpoint.url, {});
    fill(kb, 10);
    await kb.embeddings.run();
    expect(activeSpaceOf(kb).weight).toBeLessThanOrEqual(0.2);
  });

  it("names what is wrong with the settings", async () => {
    await using kb = await openWith("http://127.0.0.1:9/v1", { model: undefined });
    await expect(kb.embeddings.run()).rejects.toThrow(/kb\.embeddings\.model is not set/);
  });
});

interface OpenedKb extends Kb {
  [Symbol.asyncDispose]: () => Promise<void>;
}

async function openWith(url: string, extra: object, home?: string): Promise<OpenedKb> {
  const folder = home ? { path: home, [Symbol.dispose]: () => {} } : temporaryFolder();
  mkdirSync(folder.path, { recursive: true });
  writeFileSync(join(folder.path, "paios.json"), JSON.stringify({ kb: { embeddings: { provider: "openai", url, model: "fake", ...extra } } }));
  const kb = openKb(folder.path);
  expect(kb.problems).toEqual([]);
  return Object.assign(kb, {
    [Symbol.asyncDispose]: async () => {
      await closeKb(kb);
      folder[Symbol.dispose]();
    },
  });
}

function fill(kb: Kb, count: number, seed = 1): void {
  writeArticles(kb.database, [...articles(count, seed)].map(article), 1);
}

function article({ title, text }: { title: string; text: string }) {
  return prepare({ title, text, type: "note", project: "", tags: [], trust: "person", source: { kind: "added", location: "", origin: "person" } });
}

function activeSpaceOf(kb: Kb) {
  const space = activeSpace(kb.database);
  if (!space) throw new Error("no space is active");
  return space;
}

function chunkCount(kb: Kb): number {
  return kb.database.prepare("SELECT count(*) FROM chunk").pluck().get() as number;
}
