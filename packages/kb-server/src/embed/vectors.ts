import { type Database, sql } from "@paios/shared/sqlite";
import { differingBits, nthDistance, pack, sumOfBits, sumsByByte, wordsPer } from "./sign-bits.ts";

/** Vectors of one model, one per passage: float32 rows for exact scores, packed sign bits for the first cut. */
export interface Space {
  id: number;
  provider: string;
  url: string;
  model: string;
  dimension: number;
  weight: number;
  state: "building" | "active" | "retired";
  generation: number;
  epoch: number;
  done_to: number;
}

interface Page {
  ids: Uint32Array;
  bits: Uint32Array;
}

const pageVectors = 1_024;
/** Bits beyond this are read from the database page by page at each question instead of being kept. */
const defaultKeptBytes = 64 * 1024 * 1024;
/**
 * Of 384 sign bits the nearest 256, and of these the best 96 by the question's own numbers, hold the true first ten as
 * well as the nearest 160 do; reading floats is what takes time. Fewer bits tell less, so more are looked at.
 */
const cuts = { signs: 256, numbers: 96, bits: 384 };

/** Stores vectors of passages; call inside a transaction. Ids must be ascending over all calls, as passages' are. */
export function addVectors(database: Database, space: Space, vectors: readonly { chunkId: number; vector: Float32Array }[]): void {
  const insert = sql(database, "INSERT OR REPLACE INTO vector(space_id, chunk_id, floats) VALUES (?, ?, ?)");
  for (const { chunkId, vector } of vectors) insert.run(space.id, chunkId, Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength));
  appendBits(database, space, vectors);
  sql(database, "UPDATE embedding_space SET generation = generation + 1 WHERE id = ?").run(space.id);
}

function appendBits(database: Database, space: Space, vectors: readonly { chunkId: number; vector: Float32Array }[]): void {
  const words = wordsPer(space.dimension);
  const last = sql<PageRow>(database, "SELECT page, chunk_ids, bits FROM vector_page WHERE space_id = ? ORDER BY page DESC LIMIT 1").get(space.id);
  let number = last?.page ?? 0;
  let { ids, bits } = last ? unpack(last) : { ids: new Uint32Array(0), bits: new Uint32Array(0) };
  for (let at = 0; at < vectors.length; ) {
    if (ids.length >= pageVectors) {
      number++;
      ids = new Uint32Array(0);
      bits = new Uint32Array(0);
    }
    const part = vectors.slice(at, at + pageVectors - ids.length);
    at += part.length;
    const grownBits = new Uint32Array((ids.length + part.length) * words);
    grownBits.set(bits);
    for (const [index, { vector }] of part.entries()) pack(vector, grownBits, (ids.length + index) * words);
    ids = Uint32Array.from([...ids, ...part.map(({ chunkId }) => chunkId)]);
    bits = grownBits;
    sql(database, "INSERT OR REPLACE INTO vector_page(space_id, page, chunk_ids, bits) VALUES (?, ?, ?, ?)").run(space.id, number, bytes(ids), bytes(bits));
  }
}

/** Rebuilds the bit pages from the float rows, which drops what was removed since; call inside a transaction. */
export function compact(database: Database, space: Space): void {
  sql(database, "DELETE FROM vector_page WHERE space_id = ?").run(space.id);
  const rows = sql<{ chunk_id: number; floats: Buffer }>(database, "SELECT chunk_id, floats FROM vector WHERE space_id = ? ORDER BY chunk_id").all(space.id);
  appendBits(database, space, rows.map((row) => ({ chunkId: row.chunk_id, vector: toFloats(row.floats) })));
  sql(database, "UPDATE embedding_space SET generation = generation + 1, epoch = epoch + 1 WHERE id = ?").run(space.id);
}

/** The nearest passages of a space, in this process's memory and fresh across processes by the space's generation. */
export class VectorIndex {
  readonly #database: Database;
  readonly #keptBytes: number;
  #pages: Page[] = [];
  #stamp = "";
  #spaceId = -1;
  #epoch = -1;

  constructor(database: Database, keptBytes = defaultKeptBytes) {
    this.#database = database;
    this.#keptBytes = keptBytes;
  }

  /** Cosine similarity by passage id of those nearest by sign bits, at least `count`, and of `also`, out of what `mask` lets through. */
  nearest(space: Space, query: Float32Array, mask: Uint8Array | undefined, also: readonly number[], count = 0): Map<number, number> {
    const near = this.#nearestByBits(space, query, mask, count);
    // All floats in one buffer: a buffer for each row costs twice as much as reading them. Ascending, since neighbours share pages.
    const found = sql<{ ids: string; floats: Buffer }>(
      this.#database,
      "SELECT json_group_array(chunk_id) AS ids, coalesce(CAST(group_concat(floats, '') AS BLOB), x'') AS floats FROM json_each(?) CROSS JOIN vector ON space_id = ? AND chunk_id = json_each.value",
    ).get(JSON.stringify([...new Set([...near, ...also])].sort((a, b) => a - b)), space.id);
    const ids = JSON.parse(found?.ids ?? "[]") as number[];
    const floats = toFloats(found?.floats ?? Buffer.alloc(0));
    return new Map(ids.map((id, row) => [id, dot(floats.subarray(row * space.dimension, (row + 1) * space.dimension), query)]));
  }

  /** The first cut is by how many signs differ, the second by the question's own numbers over the signs of the other. */
  #nearestByBits(space: Space, query: Float32Array, mask: Uint8Array | undefined, count: number): number[] {
    const words = wordsPer(space.dimension);
    const signs = new Uint32Array(words);
    pack(query, signs, 0);
    const sums = sumsByByte(query, words);
    const scale = Math.max(1, cuts.bits / space.dimension, count / cuts.numbers);
    const wanted = Math.ceil(cuts.signs * scale);
    const histogram = new Uint32Array(words * 32 + 1);
    const ids: number[] = [];
    const distances: number[] = [];
    const estimates: number[] = [];
    let limit = words * 32;
    for (const page of this.#load(space)) {
      for (let row = 0; row < page.ids.length; row++) {
        const id = page.ids[row] ?? 0;
        if (mask && mask[id] !== 1) continue;
        const distance = differingBits(page.bits, row * words, signs);
        if (distance > limit) continue;
        histogram[distance] = (histogram[distance] ?? 0) + 1;
        distances.push(distance);
        estimates.push(sumOfBits(page.bits, row * words, words, sums));
        if (ids.push(id) % 256 === 0) limit = nthDistance(histogram, wanted);
      }
    }
    limit = nthDistance(histogram, wanted);
    const near = [...ids.keys()].filter((at) => (distances[at] ?? 0) <= limit).sort((a, b) => (estimates[b] ?? 0) - (estimates[a] ?? 0));
    return near.slice(0, Math.ceil(cuts.numbers * scale)).map((at) => ids[at] ?? 0);
  }

  #load(space: Space): Iterable<Page> {
    const total = sql(this.#database, "SELECT coalesce(max(page), -1) + 1 FROM vector_page WHERE space_id = ?").pluck().get(space.id) as number;
    if (total * pageVectors * wordsPer(space.dimension) * 4 > this.#keptBytes) {
      this.#pages = [];
      this.#stamp = "";
      return streamed(this.#database, space);
    }
    const stamp = `${space.id}:${space.generation}`;
    if (stamp !== this.#stamp) {
      if (space.id !== this.#spaceId || space.epoch !== this.#epoch) this.#pages = [];
      // Only the last page grows; the ones before it never change within an epoch.
      const from = Math.max(this.#pages.length - 1, 0);
      this.#pages.length = from;
      for (const row of pageRows(this.#database).all(space.id, from)) this.#pages.push(unpack(row));
      this.#stamp = stamp;
      this.#spaceId = space.id;
      this.#epoch = space.epoch;
    }
    return this.#pages;
  }
}

function* streamed(database: Database, space: Space): Generator<Page> {
  for (const row of pageRows(database).iterate(space.id, 0)) yield unpack(row);
}

interface PageRow {
  page: number;
  chunk_ids: Buffer;
  bits: Buffer;
}

function pageRows(database: Database) {
  return sql<PageRow>(database, "SELECT page, chunk_ids, bits FROM vector_page WHERE space_id = ? AND page >= ? ORDER BY page");
}

export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

function unpack(row: PageRow): Page {
  return { ids: toWords(row.chunk_ids), bits: toWords(row.bits) };
}

function toWords(buffer: Buffer): Uint32Array {
  return new Uint32Array(...aligned(buffer));
}

function toFloats(buffer: Buffer): Float32Array {
  return new Float32Array(...aligned(buffer));
}

/** The bytes of a row where numbers of four bytes can be read: in place, or copied to such a place. */
function aligned(buffer: Buffer): [ArrayBufferLike, number, number] {
  const { buffer: whole, byteOffset, length } = buffer.byteOffset % 4 === 0 ? buffer : Uint8Array.from(buffer);
  return [whole, byteOffset, length >> 2];
}

function bytes(words: Uint32Array): Buffer {
  return Buffer.from(words.buffer, words.byteOffset, words.byteLength);
}
