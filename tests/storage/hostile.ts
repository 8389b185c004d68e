import { seededRandom } from "@paios/shared/testing/random";
import type { ToolListing } from "@paios/shared/tool";

type Random = ReturnType<typeof seededRandom>;
type Schema = Record<string, unknown> & { type?: string };

/** Strings that break what is careless with text: encodings, query languages, prototypes, layout, size. */
const strings = [
  "", " ", "\u0000", "a\u0000b", "\uD800", "\uDFFF\uD800", "\uFFFE\uFFFF", "\uFEFFtext", "\u202Eright to left\u202C", "שלום עולם", "مرحبا بالعالم", "👩‍👩‍👧‍👦🏳️‍🌈", "e\u0301".repeat(500), "\u0301".repeat(3_000), "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G", "ﬃ Ⅷ ① Ａ", "İıſK", "漢字かな交じり文", "한국어", "ก็็็็็", "\u2028\u2029\r\n\t\v\f",
  "constructor", "__proto__", "toString", "hasOwnProperty", "null", "undefined", "NaN", "true", "-1", "1e999", "0x7f",
  "'; DROP TABLE article; --", "\" OR 1=1 --", "%_\\%", "'' UNION SELECT 1,2,3", "?1 @id :id $id", "/* */ --", "); ATTACH 'x' AS y; --",
  "\"", "\"\"\"", "\"unclosed phrase", "NEAR(a b, 5)", "a AND OR NOT b", "title:a", "a*", "^a", "(((", "{a b}: c", "-a +b", "a NOT", "chunk_terms MATCH 'x'", "\"a\" \"b\" \"c\"", "*", "AND",
  "../../etc/passwd", "/dev/null", "file:///etc/passwd", "http://127.0.0.1:1/", "C:\\Windows", "<external-content>", "</external-content boundary=\"x\">", "<script>alert(1)</script>", "[[wiki]] [link](target) [a](", "---\ntitle: x\n---\n", "```\nunclosed", "# ".repeat(2_000), "> ".repeat(2_000), "[".repeat(5_000), "](".repeat(3_000), "a:\n".repeat(2_000),
  "word ".repeat(2_000), "x".repeat(100_000), "😀".repeat(20_000), "a\u0300".repeat(20_000), "\n".repeat(20_000), "2026-13-45", "+275760-09-13", "-271821-04-20T00:00:00Z", "2026-11-21", "99999999999999-5", "5-5", "9999999999999999-9999999999999999",
];
const numbers = [0, 1, 2, 3, 7, 50, 100, -1, 0.5, 1e9, 2 ** 31, 2 ** 32 + 1, 2 ** 53 - 1, 2 ** 53, 1e21, -0, -(2 ** 53)];
const keys = ["__proto__", "constructor", "prototype", "toString", "extra", ""];

/** The bounds that tools really have; a list does not say which field has which. */
const bounds = [1, 40, 60, 60, 60, 200, 200, 300, 2_000, 4_000, 100_000];
const dates = ["2026-11-21", "1970-01-01", "2026-11-21T10:00:00Z", "+275760-09-13", "-271821-04-20T00:00:00Z"];

/** Arguments for a tool: most fit its schema with hostile content, some nearly fit. `big` adds texts of 1,000,000 characters. */
export function hostileArguments({ inputSchema }: ToolListing, random: Random, ids: number, big: boolean): Record<string, unknown> {
  const properties = Object.entries((inputSchema["properties"] ?? {}) as Record<string, Schema>);
  const required = new Set((inputSchema["required"] ?? []) as string[]);
  const entries = properties
    .filter(([name]) => random.below(100) < (required.has(name) ? 98 : 25))
    .map(([name, schema]): [string, unknown] => [name, random.below(40) === 0 ? anything(random) : valueFor(name, schema, random, { ids, big })]);
  if (random.below(40) === 0) entries.push([random.pick(keys), anything(random)]);
  // Through JSON, as it arrives: there "__proto__" is a key like any other.
  return Object.defineProperties({}, Object.fromEntries(entries.map(([name, value]) => [name, { value, enumerable: true, configurable: true, writable: true }])));
}

function valueFor(name: string, schema: Schema, random: Random, known: { ids: number; big: boolean }): unknown {
  const choices = schema["enum"];
  if (Array.isArray(choices)) return random.pick(choices as unknown[]);
  if (schema.type === "array") return Array.from({ length: random.below(6) }, () => text(random, 60));
  if (schema.type === "boolean") return random.below(2) === 0;
  if (schema.type === "integer") {
    if (random.below(20) === 0) return random.pick(numbers);
    return name === "id" || name === "supersedes" ? 1 + random.below(known.ids) : random.pick([1, 1, 2, 5, 8, 20]);
  }
  if (name === "since" || name === "until") return random.pick(random.below(4) === 0 ? strings : dates);
  if (name === "text" && known.big) return random.pick(["w", "😀", "a ", "# h\n\n", "\u0301", "\uD800", "`"]).repeat(1_000_000).slice(0, 1_000_000);
  return text(random, name === "text" ? 400_000 : random.pick(bounds));
}

function text(random: Random, limit: number): string {
  const parts = Array.from({ length: 1 + random.below(3) }, () => random.pick(strings));
  return parts.join(random.pick(["", " ", "\n"])).slice(0, limit);
}

function anything(random: Random): unknown {
  return random.pick<unknown>([null, true, [], {}, [[[[]]]], { a: { b: { c: 1 } } }, random.pick(strings), random.pick(numbers), [random.pick(strings), random.pick(numbers)]]);
}

/** What a kb_capture may be asked for without leaving the machine: it is refused before anything is fetched. */
export const refusedTargets = ["file:///etc/passwd", "ftp://127.0.0.1/x", "http://127.0.0.1:1/", "http://localhost:1/x", "http://[::1]:1/", "http://169.254.169.254/latest", "http://0.0.0.0/", "/etc/shadow", "/proc/self/environ", "javascript:alert(1)", "http://user:secret@127.0.0.1/", "not a url", "http://", "\u0000", "/dev/zero"];
