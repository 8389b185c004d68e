import { join } from "node:path";
import { type Database as Db, openDatabase } from "@paios/shared/sqlite";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import Database from "better-sqlite3";
import { addVectors, dot, type Space, VectorIndex } from "../packages/kb-server/src/embed/vectors.ts";
import { migrations } from "../packages/kb-server/src/store/schema.ts";
import { randomFrom } from "./corpus.ts";
import { dimension } from "./homes.ts";
import { interleaved, median, quantile, timed } from "./measure.ts";
import { sqliteVec } from "./peers.ts";
import { type BenchResult, type Row, row } from "./result.ts";

const wanted = 10;
const firstCut = 160;
const latent = 48;
const topics = 500;

/** Our pages of sign bits, kept in memory and streamed from the database, against sqlite-vec, all rescored by floats. */
export async function bench(): Promise<BenchResult> {
  const rows = [...(await compare(100_000, { rounds: 60, exactPeer: true })), ...(await compare(400_000, { rounds: 25, exactPeer: false }))];
  return {
    name: "vectors",
    rows,
    notes: [
      `${dimension}-d vectors that vary in ${latent} directions around ${topics} topics, as a model's do; a question is a vector beside one of them. Recall is against a full scan of the floats.`,
      "sqlite-vec 0.1.9: bit[384] with k = 160 and a rescore by floats as ours, and float[384] alone.",
    ],
  };
}

interface Search {
  name: string;
  nearest: (query: Float32Array) => number[];
}

async function compare(count: number, { rounds, exactPeer }: { rounds: number; exactPeer: boolean }): Promise<Row[]> {
  using folder = temporaryFolder("paios-bench-");
  const { vectors, queries } = modelLike(count, rounds + 1);
  const { database, space } = ourDatabase(join(folder.path, "kb.sqlite"), vectors);
  const peer = new Database(join(folder.path, "vec.sqlite"));
  try {
    const searches = [
      { name: "kept", nearest: nearestByUs(new VectorIndex(database), space) },
      { name: "streamed", nearest: nearestByUs(new VectorIndex(database, 0), space) },
      { name: "bit", nearest: nearestByBits(peer, vectors, database, space) },
      ...(exactPeer ? [{ name: "float", nearest: nearestByFloats(peer, vectors) }] : []),
    ];
    return await measure(searches, vectors, queries);
  } finally {
    peer.close();
    database.close();
  }
}

async function measure(searches: readonly Search[], vectors: readonly Float32Array[], queries: readonly Float32Array[]): Promise<Row[]> {
  const truths = queries.map((query) => new Set(best(similarities(vectors, query))));
  const recalls = new Map(searches.map(({ name }) => [name, [] as number[]]));
  const asked = new Map<string, number>();
  const times = await interleaved(
    queries.length - 1,
    Object.fromEntries(
      searches.map(({ name, nearest }) => [
        name,
        async () => {
          const at = asked.get(name) ?? 0;
          asked.set(name, at + 1);
          let found: number[] = [];
          const milliseconds = await timed(() => (found = nearest(queries[at] ?? new Float32Array(dimension))));
          recalls.get(name)?.push(found.filter((id) => truths[at]?.has(id)).length / wanted);
          return milliseconds;
        },
      ]),
    ),
  );
  const count = `${vectors.length / 1_000}k`;
  const [kept = [], streamed = [], bit = [], float] = searches.map(({ name }) => times[name] ?? []);
  const peer = { name: "sqlite-vec bit", value: median(bit) };
  return [
    row(`${count}, kept in memory, p50`, { unit: "ms", ours: median(kept), against: peer }),
    row(`${count}, kept in memory, p99`, { unit: "ms", ours: quantile(kept, 0.99), against: { name: "sqlite-vec bit", value: quantile(bit, 0.99) } }),
    row(`${count}, streamed, p50`, { unit: "ms", ours: median(streamed), against: peer, target: { ratioAtMost: 1 } }),
    row(`${count}, streamed, p99`, { unit: "ms", ours: quantile(streamed, 0.99), against: { name: "sqlite-vec bit", value: quantile(bit, 0.99) } }),
    ...(float ? [row(`${count}, kept in memory, p50`, { unit: "ms", ours: median(kept), against: { name: "sqlite-vec float", value: median(float) } })] : []),
    row(`${count}, recall@${wanted}`, { unit: "of 1", ours: mean(recalls.get("kept")), against: { name: "sqlite-vec bit", value: mean(recalls.get("bit")) }, target: { atLeast: 0.95 } }),
  ];
}

function ourDatabase(path: string, vectors: readonly Float32Array[]): { database: Db; space: Space } {
  const database = openDatabase({ path, migrations });
  database.exec(`INSERT INTO embedding_space VALUES (1, 'openai', '', 'fake', ${dimension}, 0.3, 'active', 0, 0, 0, 0)`);
  const space = database.prepare("SELECT * FROM embedding_space").get() as Space;
  for (let at = 0; at < vectors.length; at += 1_024) {
    const part = vectors.slice(at, at + 1_024).map((vector, index) => ({ chunkId: at + index + 1, vector }));
    database.transaction(() => addVectors(database, space, part)).immediate();
  }
  return { database, space };
}

function nearestByUs(index: VectorIndex, space: Space): Search["nearest"] {
  return (query) => best(index.nearest(space, query, undefined, []));
}

/** The first cut by sqlite-vec's bits, the rest as we do it, from the same rows. */
function nearestByBits(peer: Database.Database, vectors: readonly Float32Array[], database: Db, space: Space): Search["nearest"] {
  peer.loadExtension(sqliteVec());
  peer.exec(`CREATE VIRTUAL TABLE bits USING vec0(id INTEGER PRIMARY KEY, v bit[${dimension}])`);
  const insert = peer.prepare("INSERT INTO bits(id, v) VALUES (?, vec_bit(?))");
  peer.transaction(() => {
    for (const [at, vector] of vectors.entries()) insert.run(BigInt(at + 1), signBits(vector));
  })();
  const nearest = peer.prepare(`SELECT id FROM bits WHERE v MATCH vec_bit(?) AND k = ${firstCut}`).pluck();
  const floats = database.prepare("SELECT chunk_id, floats FROM json_each(?) CROSS JOIN vector ON space_id = ? AND chunk_id = json_each.value").raw();
  return (query) => {
    const rows = floats.all(JSON.stringify(nearest.all(signBits(query))), space.id) as [number, Buffer][];
    return best(rows.map(([id, bytes]): [number, number] => [id, dot(new Float32Array(Uint8Array.from(bytes).buffer), query)]));
  };
}

function nearestByFloats(peer: Database.Database, vectors: readonly Float32Array[]): Search["nearest"] {
  peer.exec(`CREATE VIRTUAL TABLE floats USING vec0(id INTEGER PRIMARY KEY, v float[${dimension}])`);
  const insert = peer.prepare("INSERT INTO floats(id, v) VALUES (?, ?)");
  peer.transaction(() => {
    for (const [at, vector] of vectors.entries()) insert.run(BigInt(at + 1), asBytes(vector));
  })();
  const nearest = peer.prepare(`SELECT id FROM floats WHERE v MATCH ? AND k = ${wanted}`).pluck();
  return (query) => nearest.all(asBytes(query)) as number[];
}

function modelLike(count: number, asked: number): { vectors: Float32Array[]; queries: Float32Array[] } {
  const random = randomFrom(41);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const point = (spread: number, centre?: Float32Array) => Float32Array.from({ length: latent }, (_, at) => (centre?.[at] ?? 0) + spread * normal());
  const directions = Array.from({ length: latent }, () => Float32Array.from({ length: dimension }, normal));
  const centres = Array.from({ length: topics }, () => point(1));
  const any = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)];
  const points = Array.from({ length: count }, () => point(0.7, any(centres)));
  const asking = Array.from({ length: asked }, () => point(0.4, any(points)));
  const project = (from: Float32Array) => {
    const vector = new Float32Array(dimension);
    for (const [at, direction] of directions.entries()) for (let i = 0; i < dimension; i++) vector[i] = (vector[i] ?? 0) + (from[at] ?? 0) * (direction[i] ?? 0);
    const length = Math.sqrt(dot(vector, vector));
    return vector.map((value) => value / length);
  };
  return { vectors: points.map(project), queries: asking.map(project) };
}

function* similarities(vectors: readonly Float32Array[], query: Float32Array): Generator<[number, number]> {
  for (const [at, vector] of vectors.entries()) yield [at + 1, dot(vector, query)];
}

/** The ids of the highest similarities, best first. */
function best(similarities: Iterable<readonly [number, number]>): number[] {
  let found: (readonly [number, number])[] = [];
  for (const each of similarities) {
    if (found.length === wanted && each[1] <= (found.at(-1)?.[1] ?? 0)) continue;
    found = [...found, each].sort((a, b) => b[1] - a[1]).slice(0, wanted);
  }
  return found.map(([id]) => id);
}

function signBits(vector: Float32Array): Buffer {
  const bits = Buffer.alloc(dimension / 8);
  for (const [at, value] of vector.entries()) if (value > 0) bits[at >> 3] = (bits[at >> 3] ?? 0) | (1 << (at & 7));
  return bits;
}

function asBytes(vector: Float32Array): Buffer {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
}

function mean(values: readonly number[] = []): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
