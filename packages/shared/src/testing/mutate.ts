import { seededRandom } from "./random.ts";

type Random = ReturnType<typeof seededRandom>;

const strangeValues: readonly unknown[] = [null, true, false, 0, -1, 1.5, 1e308, 2 ** 53, "", "text", "\u0000", "\ud800", "🦆".repeat(50), "a".repeat(10_000), [], [[]], {}, { a: 1 }];
const strangeIds = ["null", "1e400", "-0", "9007199254740993", "123456789012345678901234567890", '""', '"🦆"', `"${"9".repeat(5_000)}"`, "[]", "{}", "true", "1.5"];
const strangeBytes = ["\u0000", "\u2028", "\ufeff", "\\u0000", "\\ud800", "\u202e", "́", "🦆", '"', "\\", "\r", "\t"];
const strangeKeys = ["__proto__", "constructor", "toString", "", "hasOwnProperty", "jsonrpc", "id", "params"];
const deep = 5_000;

/** Makes damaged copies of valid JSON-RPC lines, the same ones for the same seed. None contains a line break. */
export function mutator(seeds: readonly string[], seed: number): () => Buffer {
  const random = seededRandom(seed);
  return () => {
    const line = random.pick(mutations)(random.pick(seeds), random, seeds);
    const bytes = Buffer.from(line);
    if (random.below(4) === 0) flipBits(bytes, random);
    return bytes.map((byte) => (byte === 10 ? 32 : byte)) as Buffer;
  };
}

const mutations: readonly ((line: string, random: Random, seeds: readonly string[]) => string)[] = [
  (line) => line,
  (line, random) => line.slice(0, random.below(line.length)),
  (line, random) => line.slice(random.below(line.length)),
  (line, random) => splice(line, random, random.pick(strangeBytes)),
  (line, random) => splice(line, random, line.slice(0, random.below(line.length))),
  (line, random) => line.replace(/"id":("[^"]*"|[\d.]+)/, () => `"id":${random.pick(strangeIds)}`),
  (line, random) => line.replace("{", () => `{${JSON.stringify(random.pick(strangeKeys))}:${JSON.stringify(random.pick(strangeValues))},`),
  (line, random, seeds) => `[${line},${random.pick(seeds)}]`,
  (line, random, seeds) => line + random.pick(seeds),
  (line, random) => swapValue(line, random, () => random.pick(strangeValues)),
  (line, random) => swapValue(line, random, () => "NESTED").replace('"NESTED"', () => "[".repeat(deep) + "]".repeat(deep)),
  (line, random) => swapValue(line, random, () => "NESTED").replace('"NESTED"', () => '{"a":'.repeat(deep) + "1" + "}".repeat(deep)),
];

function flipBits(bytes: Buffer, random: Random): void {
  for (let flips = 1 + random.below(4); flips > 0 && bytes.length > 0; flips--) {
    const at = random.below(bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
  }
}

function splice(line: string, random: Random, insert: string): string {
  const at = random.below(line.length + 1);
  return line.slice(0, at) + insert + line.slice(at);
}

/** Replaces one value somewhere in the message, or takes it away. */
function swapValue(line: string, random: Random, value: () => unknown): string {
  const message: unknown = JSON.parse(line);
  const places: { holder: Record<string, unknown>; key: string }[] = [];
  collect(message, places);
  if (places.length === 0) return line;
  const { holder, key } = random.pick(places);
  if (random.below(6) === 0) delete holder[key];
  else holder[key] = value();
  return JSON.stringify(message);
}

function collect(value: unknown, places: { holder: Record<string, unknown>; key: string }[]): void {
  if (typeof value !== "object" || value === null) return;
  const holder = value as Record<string, unknown>;
  for (const key of Object.keys(holder)) {
    places.push({ holder, key });
    collect(holder[key], places);
  }
}
