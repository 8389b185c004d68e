import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as z from "zod";
import { readConfig } from "./config.ts";
import { temporaryFolder } from "./testing/temporary.ts";

const schema = z.strictObject({ limit: z.int().min(1).default(5), name: z.string().default("x"), inner: z.strictObject({ deep: z.boolean().default(false) }).prefault({}) });
const defaults = { limit: 5, name: "x", inner: { deep: false } };

let folder: ReturnType<typeof temporaryFolder>;
let path: string;

beforeEach(() => {
  folder = temporaryFolder();
  path = join(folder.path, "paios.json");
});

afterEach(() => folder[Symbol.dispose]());

function read(text: string) {
  writeFileSync(path, text);
  return readConfig(folder.path, "kb", schema);
}

describe("DATA-06 a section of paios.json", () => {
  it("may have comments, trailing commas and a byte order mark", () => {
    expect(read('\uFEFF{\n  // mine\n  "kb": { "limit": 7, },\n}')).toEqual({ value: { ...defaults, limit: 7 }, problems: [] });
  });

  it("may be missing, and so may the file and the home", () => {
    expect(readConfig(folder.path, "kb", schema)).toEqual({ value: defaults, problems: [] });
    expect(readConfig(join(folder.path, "nowhere"), "kb", schema)).toEqual({ value: defaults, problems: [] });
    expect(read('{ "router": {} }')).toEqual({ value: defaults, problems: [] });
  });

  it.each([
    ['{\n  "kb": {\n    "limit": "many"\n  }\n}', `:3: kb.limit: Invalid input: expected number, received string; the defaults of "kb" are used`],
    ['{\n  "kb": {\n    "inner": {\n      "deep": 1 }\n  }\n}', `:4: kb.inner.deep: Invalid input: expected boolean, received number; the defaults of "kb" are used`],
    ['{\n  "kb": {\n    "limits": 3\n  }\n}', `:2: kb: Unrecognized key: "limits"; the defaults of "kb" are used`],
    ['{\n  "kb": 4 }', `:2: kb: Invalid input: expected object, received number; the defaults of "kb" are used`],
    ['{\n  "kb": { "limit" 4 }\n}', ":2: ColonExpected; the defaults are used"],
    ['{ "kb": ', ":1: ValueExpected; the defaults are used"],
    ["", ":1: ValueExpected; the defaults are used"],
    ["\n[]", ":2: must be one object, { … }; the defaults are used"],
    ["7", ":1: must be one object, { … }; the defaults are used"],
    ["\u0000\u0001\uFFFD", ":1: InvalidSymbol; the defaults are used"],
  ])("that is wrong is named with file and line, and the defaults serve: %j", (text, problem) => {
    expect(read(text)).toEqual({ value: defaults, problems: [path + problem] });
  });

  it("does not come in through the prototype", () => {
    expect(read('{ "__proto__": { "kb": { "limit": 9 } } }')).toEqual({ value: defaults, problems: [] });
  });

  it("that cannot be read is named", () => {
    mkdirSync(path);
    expect(readConfig(folder.path, "kb", schema)).toEqual({ value: defaults, problems: [`${path} cannot be read (EISDIR); the defaults are used`] });
  });
});
