import { randomUUID } from "node:crypto";
import { errorCode } from "@paios/shared/errors";
import { classify } from "@paios/shared/retry";
import { type Database, sql } from "@paios/shared/sqlite";
import { inBatches } from "../store/write.ts";
import type { Provider } from "./provider.ts";
import { activate, activeSpace, belongsTo, buildingSpace, retiredSteps, startSpace } from "./spaces.ts";
import { addVectors, compact, type Space } from "./vectors.ts";

const batchPassages = 32;
const leaseMs = 60_000;
const maxPassageChars = 8_000;

export interface EmbedOptions {
  provider: Provider;
  /** From config; calibrated for the model when undefined. */
  weight: number | undefined;
  signal: AbortSignal;
  now: () => number;
  progress?: (done: number, total: number) => void;
}

/**
 * Gives every passage its vector, oldest first; resumes where a crash left it. With a new model the old space serves
 * until the new one is whole. One process at a time does it (a lease); the others return at once with "busy".
 * A transient failure of the provider ends the run by throwing; nothing is lost, the next run goes on.
 */
export async function embedWaiting(database: Database, options: EmbedOptions): Promise<"done" | "busy"> {
  const holder = `${process.pid}:${randomUUID()}`;
  if (!takeLease(database, holder, options.now())) return "busy";
  try {
    let space = await spaceToFill(database, options);
    for (;;) {
      options.signal.throwIfAborted();
      const rows = sql<{ id: number; title: string; heading: string; text: string }>(
        database,
        "SELECT chunk.id, title, heading, chunk.text FROM chunk JOIN article ON article.id = article_id WHERE chunk.id > ? ORDER BY chunk.id LIMIT ?",
      ).all(space.done_to, batchPassages);
      const last = rows.at(-1);
      if (!last) break;
      const vectors = await embedBatch(rows.map((row) => ({ chunkId: row.id, text: passageText(row) })), options);
      const dimension = vectors[0]?.vector.length ?? space.dimension;
      if (dimension !== space.dimension) {
        // The model behind the same name has changed.
        space = startSpace(database, options.provider, dimension, await weightFor(options), options.now());
        continue;
      }
      if (!takeLease(database, holder, options.now())) return "busy";
      store(database, space, vectors, last.id);
      space = { ...space, done_to: last.id };
      options.progress?.(last.id, sql(database, "SELECT max(id) FROM chunk").pluck().get() as number);
    }
    if (space.state === "building") activate(database, space);
    compactWhenSparse(database, space);
    inBatches(database, () => retiredSteps(database));
    return "done";
  } finally {
    sql(database, "DELETE FROM lease WHERE name = 'embed' AND holder = ?").run(holder);
  }
}

async function spaceToFill(database: Database, options: EmbedOptions): Promise<Space> {
  const { provider } = options;
  const known = [buildingSpace(database), activeSpace(database)].find((space) => space && belongsTo(space, provider));
  if (known) return known;
  const [probe] = await provider.embed(["a passage to learn the dimension"], "passage", options.signal);
  const weight = await weightFor(options);
  return startSpace(database, provider, probe?.length ?? 0, weight, options.now());
}

/** Loaded only here: the judged set it needs would weigh on every start. */
async function weightFor({ provider, weight, signal }: EmbedOptions): Promise<number> {
  if (weight !== undefined) return weight;
  const { calibrate } = await import("./calibrate.ts");
  return calibrate(provider, signal);
}

/** A batch that the provider refuses is halved until the one text it cannot take is found; that one goes without. */
async function embedBatch(batch: { chunkId: number; text: string }[], options: EmbedOptions): Promise<{ chunkId: number; vector: Float32Array }[]> {
  try {
    const vectors = await options.provider.embed(batch.map(({ text }) => text), "passage", options.signal);
    return batch.flatMap(({ chunkId }, index) => (vectors[index] ? [{ chunkId, vector: vectors[index] }] : []));
  } catch (error) {
    if (options.signal.aborted || classify(error) === "transient" || !isRefusal(error)) throw error;
    if (batch.length === 1) return [];
    const middle = batch.length >> 1;
    return [...(await embedBatch(batch.slice(0, middle), options)), ...(await embedBatch(batch.slice(middle), options))];
  }
}

/** 400, 413 and 422 are about these texts; 401 or 404 would be about all of them. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && "status" in error && [400, 413, 422].includes(Number(error.status));
}

function store(database: Database, space: Space, vectors: readonly { chunkId: number; vector: Float32Array }[], doneTo: number): void {
  database
    .transaction(() => {
      addVectors(database, space, vectors);
      sql(database, "UPDATE embedding_space SET done_to = ? WHERE id = ?").run(doneTo, space.id);
    })
    .immediate();
}

function compactWhenSparse(database: Database, space: Space): void {
  const listed = (sql(database, "SELECT coalesce(sum(length(chunk_ids)) / 4, 0) FROM vector_page WHERE space_id = ?").pluck().get(space.id) as number) || 0;
  const alive = sql(database, "SELECT count(*) FROM vector WHERE space_id = ?").pluck().get(space.id) as number;
  if (listed > 2_000 && alive < listed * 0.7) database.transaction(() => compact(database, space)).immediate();
}

/** A lease runs out by the clock, or at once when the process that held it is gone. */
function takeLease(database: Database, holder: string, now: number): boolean {
  return database
    .transaction(() => {
      const held = sql<{ holder: string; until_ms: number }>(database, "SELECT holder, until_ms FROM lease WHERE name = 'embed'").get();
      const busy = held && held.holder !== holder && held.until_ms > now && held.until_ms <= now + leaseMs && isAlive(Number(held.holder.split(":")[0]));
      if (busy) return false;
      sql(database, "INSERT OR REPLACE INTO lease VALUES ('embed', ?, ?)").run(holder, now + leaseMs);
      return true;
    })
    .immediate();
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === "EPERM";
  }
}

function passageText({ title, heading, text }: { title: string; heading: string; text: string }): string {
  return [title, heading, text].filter(Boolean).join("\n").slice(0, maxPassageChars);
}
