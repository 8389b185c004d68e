import { type Database, sql } from "@paios/shared/sqlite";

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
    // All floats in one buffer: a buffer for each of 200 rows costs twice as much as reading them. Ascending, since neighbours share pages.
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

/** Three words at a time: a carry-save adder makes two of them, which are then counted in halves, quarters and bytes. */
function differingBits(bits: Uint32Array, at: number, query: Uint32Array): number {
  const words = query.length;
  let sum = 0;
  for (let word = 0; word < words; word += 3) {
    const a = (bits[at + word] ?? 0) ^ (query[word] ?? 0);
    const b = word + 1 < words ? (bits[at + word + 1] ?? 0) ^ (query[word + 1] ?? 0) : 0;
    const c = word + 2 < words ? (bits[at + word + 2] ?? 0) ^ (query[word + 2] ?? 0) : 0;
    const either = a ^ b;
    const nibbles = countNibbles(either ^ c) + 2 * countNibbles((a & b) | (either & c));
    sum += Math.imul((nibbles & 0x0f0f_0f0f) + ((nibbles >>> 4) & 0x0f0f_0f0f), 0x0101_0101) >>> 24;
  }
  return sum;
}

/** How many bits each four bits have. */
function countNibbles(word: number): number {
  const pairs = word - ((word >>> 1) & 0x5555_5555);
  return (pairs & 0x3333_3333) + ((pairs >>> 2) & 0x3333_3333);
}

/** For each byte of signs and each value it may have, the sum of the question's numbers whose bits are set. */
function sumsByByte(query: Float32Array, words: number): Float32Array {
  const sums = new Float32Array(words * 4 * 256);
  for (let byte = 0; byte < words * 4; byte++) {
    for (let value = 1; value < 256; value++) {
      const rest = value & (value - 1);
      sums[byte * 256 + value] = (sums[byte * 256 + rest] ?? 0) + (query[byte * 8 + 31 - Math.clz32(value ^ rest)] ?? 0);
    }
  }
  return sums;
}

function sumOfBits(bits: Uint32Array, at: number, words: number, sums: Float32Array): number {
  let sum = 0;
  for (let word = 0, table = 0; word < words; word++, table += 1_024) {
    const set = bits[at + word] ?? 0;
    sum += (sums[table + (set & 255)] ?? 0) + (sums[table + 256 + ((set >>> 8) & 255)] ?? 0);
    sum += (sums[table + 512 + ((set >>> 16) & 255)] ?? 0) + (sums[table + 768 + (set >>> 24)] ?? 0);
  }
  return sum;
}

/** The distance within which at least `count` were seen. */
function nthDistance(histogram: Uint32Array, count: number): number {
  let seen = 0;
  for (const [distance, number] of histogram.entries()) {
    seen += number;
    if (seen >= count) return distance;
  }
  return histogram.length;
}

function pack(vector: Float32Array, into: Uint32Array, at: number): void {
  for (let i = 0; i < vector.length; i++) {
    if ((vector[i] ?? 0) > 0) into[at + (i >> 5)] = (into[at + (i >> 5)] ?? 0) | (1 << (i & 31));
  }
}

function wordsPer(dimension: number): number {
  return Math.ceil(dimension / 32);
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
