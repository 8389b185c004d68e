import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { expect, it } from "vitest";
import { forgetStarts, guardStarts, staysDown } from "./guard-starts.ts";

it("waits longer from the fifth start on, and says no at the tenth, until it is forgotten", async () => {
  using folder = temporaryFolder();
  let time = 1_000_000;
  const waits: number[] = [];
  const guard = () => guardStarts({ folder: folder.path, name: "emit-server", now: () => (time += 10_000), sleep: (ms) => Promise.resolve(waits.push(ms / 1_000)) });
  const answers = [];
  for (let start = 1; start <= 11; start++) answers.push(await guard());
  expect([waits, answers.map((reason) => reason === undefined)]).toEqual([[20, 40, 80, 160, 320], [true, true, true, true, true, true, true, true, true, false, false]]);
  expect(answers.at(-1)).toMatch(/^emit-server was started 9 times in 30 minutes and ended each time\. It stays down now\. Next: /);
  expect(staysDown(folder.path, "emit-server")).toBe(answers.at(-1));
  forgetStarts(folder.path, "emit-server");
  expect([staysDown(folder.path, "emit-server"), await guard()]).toEqual([undefined, undefined]);
});

it("starts of long ago, and those that a clock set back puts into the future, do not count", async () => {
  using folder = temporaryFolder();
  const now = 100 * 60_000;
  writeFileSync(join(folder.path, "a.starts.json"), JSON.stringify({ starts: [...Array.from({ length: 9 }, (_, at) => at), ...Array.from({ length: 9 }, (_, at) => now + 1 + at)] }));
  expect(await guardStarts({ folder: folder.path, name: "a", now: () => now })).toBe(undefined);
});

it("a record that is damaged or cannot be written keeps nothing down", async () => {
  using folder = temporaryFolder();
  for (const text of ["", "{", "[]", '{"starts":[null,"x",{}],"stays":7}', '{"starts":7}']) {
    writeFileSync(join(folder.path, "a.starts.json"), text);
    expect(await guardStarts({ folder: folder.path, name: "a" })).toBe(undefined);
  }
  writeFileSync(join(folder.path, "file"), "");
  expect(await guardStarts({ folder: join(folder.path, "file"), name: "a" })).toBe(undefined);
  expect(existsSync(join(folder.path, "file", "a.starts.json"))).toBe(false);
});
