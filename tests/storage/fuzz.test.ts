import { temporaryFolder } from "@paios/shared/testing/temporary";
import { expect, it } from "vitest";
import { fuzzLines, fuzzTools } from "./fuzz.ts";

it("SERV-03 kb-server answers 5,000 damaged lines in the protocol's own terms, and its database stays whole", async () => {
  using folder = temporaryFolder();
  const { faults, errors, answers } = await fuzzLines(folder.path, 5_000, 1);
  expect(faults).toEqual([]);
  expect(Object.keys(errors).toSorted()).toEqual(["-32600", "-32601", "-32602", "-32700"]);
  expect(answers).toBeGreaterThan(3_000);
});

it("SERV-03 hostile arguments to every tool are answered or refused in our words", async () => {
  using folder = temporaryFolder();
  const { wrong, answered, refused } = await fuzzTools(folder.path, 150, 1);
  expect(wrong).toEqual([]);
  expect(Math.min(answered, refused)).toBeGreaterThan(200);
});
