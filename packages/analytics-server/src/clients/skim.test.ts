import { describe, expect, it } from "vitest";
import { parseLine } from "./json.ts";
import { fieldsOf, type Shape, skimLine } from "./skim.ts";

const shape = { id: true, at: true, "long name": true, inner: { id: true, n: true, deep: { x: true } }, list: { id: true, ok: true } } as const;
const fields = fieldsOf(shape);

describe("a skimmed line", () => {
  it.each([
    `{"id":"a","at":7}`,
    `{ "id": "a", "at": 7, "inner": { "n": 1, "id": "b" } }`,
    `{"id":"a" , "at":7}`,
    `{}`,
    `{"other":{"id":"not this one","list":[{"id":1}]},"id":"this one"}`,
    `{"id":"first","id":"last"}`,
    `{"id":"a \\"quoted\\" \\\\","at":-1.5e3,"long name":"caf\\u00e9"}`,
    `{"id":"a\\\\","at":12345678901234567890}`,
    `{"i\\u0064":"an escaped name"}`,
    `{"id":true,"at":false,"long name":null}`,
    `{"id":{"a":1},"at":[1,2],"long name":[]}`,
    `{"inner":"a text","list":7}`,
    `{"inner":[{"id":1},"no object",[{"id":2}],null],"list":{"id":3,"ok":true}}`,
    `{"inner":{"deep":{"x":{"y":[1,{"z":"}"}]}},"n":0}}`,
    `{"list":[]}`,
    `{"list":[{"id":"a","ok":true,"input":{"id":"b"}},{"id":"c","ok":false}]}`,
    `{"text":${JSON.stringify(`${"x".repeat(100)}"\\\n`.repeat(20))},"id":"behind a long text"}`,
    `{"text":"${"\\\\".repeat(40)}","id":"behind backslashes"}`,
    `{"nest":${"[".repeat(100_000)}${"]".repeat(100_000)},"id":"behind a deep list"}`,
  ])("has what parsing would have given: %.60s", (text) => {
    expect(skim(text)).toEqual(only(JSON.parse(Buffer.from(text).toString("latin1")), shape));
  });

  it("says of a thousand made-up lines what parsing says", () => {
    for (let seed = 1; seed <= 1_000; seed++) {
      const text = JSON.stringify(madeUp(numbersFrom(seed), 0));
      // One with an escaped name was read by the parser, and has all its fields.
      expect(only(skim(text), shape), text).toEqual(only(JSON.parse(Buffer.from(text).toString("latin1")), shape));
    }
  });

  it.each(["", "7", "[1]", "null", `"text"`, "{", `{"id"`, `{"id":`, `{"id":"a`, `{"id":"a\\`, `{"id":"a"`, `{"id":"a",`, `{"id":"a"}}`, `{"id":tru}`, `{"id":-}`, `{"id":1x}`, `{id:1}`, `{"list":[{"id":1}`, `{"other":{"a":1]`, `{"other":"\u0000"}`])("is none: %s", (text) => {
    expect(skim(text)).toBeUndefined();
  });

  it("ends where its line ends, whatever stands behind it in the buffer", () => {
    const bytes = Buffer.from(`{"id":"a\\\n","at":1}\n{"id":"b"}\n`);
    expect(skimLine({ bytes, start: 0, end: 9 }, fields)).toBeUndefined();
    expect(skimLine({ bytes, start: 20, end: 30 }, fields)).toEqual({ id: "b" });
  });

  it("cut anywhere, is what the parser says of it", () => {
    const text = `{"id":"a\\"b","inner":{"n":12,"deep":{"x":true}},"list":[{"id":"c"},null],"at":3}`;
    for (let end = 0; end < text.length; end++) expect(skim(text.slice(0, end))).toBeUndefined();
    for (let at = 0; at < text.length; at++) {
      const line = lineOf(`${text.slice(0, at)}\u0007${text.slice(at + 1)}`);
      expect(skimLine(line, fields) === undefined).toBe(parseLine(line) === undefined);
    }
  });
});

function skim(text: string): Record<string, unknown> | undefined {
  return skimLine(lineOf(text), fields);
}

/** As it lies in a file: other lines around it. */
function lineOf(text: string): { bytes: Buffer; start: number; end: number } {
  const before = Buffer.from(`{"id":"before"}\n`);
  const bytes = Buffer.concat([before, Buffer.from(text), Buffer.from(`\n{"id":"behind"}\n`)]);
  return { bytes, start: before.length, end: before.length + Buffer.byteLength(text) };
}

/** What is left of a value by a shape. */
function only(value: unknown, wanted: Shape): unknown {
  if (Array.isArray(value)) return value.map((each) => (isObject(each) ? only(each, wanted) : null));
  const object = value as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(wanted)
      .filter(([name]) => Object.hasOwn(object, name))
      .map(([name, inner]) => {
        const each = object[name];
        const isContainer = typeof each === "object" && each !== null;
        if (inner === true) return [name, isContainer ? {} : each];
        return [name, isContainer ? only(each, inner) : null];
      }),
  );
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

type Numbers = (below: number) => number;

function numbersFrom(seed: number): Numbers {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
}

const names = ["id", "at", "long name", "inner", "list", "n", "deep", "x", "ok", "other", "é", "\n", "__proto__"];
const texts = ["", "a", "é", '"', "\\", "x".repeat(60), `${"y".repeat(60)}"`, `${"z".repeat(70)}\\`, "\u2028", "{", "]"];

function madeUp(next: Numbers, depth: number): object {
  const value = (): unknown => {
    const kind = next(depth > 3 ? 5 : 8);
    if (kind === 0) return next(1_000_000) / (next(2) === 0 ? 1 : 1_000);
    if (kind === 1) return [true, false, null][next(3)];
    if (kind < 5) return texts[next(texts.length)];
    if (kind === 5) return Array.from({ length: next(4) }, value);
    return madeUp(next, depth + 1);
  };
  return Object.fromEntries(Array.from({ length: next(6) }, () => [names[next(names.length)], value()]));
}
