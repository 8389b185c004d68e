import { expect, it } from "vitest";
import { mutator } from "./mutate.ts";

const seeds = ['{"jsonrpc":"2.0","id":1,"method":"ping"}', '{"jsonrpc":"2.0","id":"b","method":"tools/call","params":{"name":"x","arguments":{"text":"y"}}}'];
const lines = (seed: number) => {
  const next = mutator(seeds, seed);
  return Array.from({ length: 2_000 }, () => next().toString("latin1"));
};

it("the same seed damages in the same way, another seed in another", () => {
  expect(lines(7)).toEqual(lines(7));
  expect(lines(7)).not.toEqual(lines(8));
});

it("every copy is one line, most are damaged and some arrive whole", () => {
  const made = lines(1);
  expect(made.filter((line) => /[\n]/.test(line))).toEqual([]);
  const whole = made.filter((line) => seeds.includes(line)).length;
  expect(whole).toBeGreaterThan(50);
  expect(whole).toBeLessThan(500);
});
