import { appendFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { expect, it } from "vitest";
import { follow, lastLines } from "./logs.ts";

it("follows what is appended, through a rotation and a letter in two parts, until it is stopped", async () => {
  using folder = temporaryFolder();
  const log = join(folder.path, "a.log");
  writeFileSync(log, "before\n");
  const stop = new AbortController();
  let said = "";
  const following = follow(log, (text) => (said += text), stop.signal);
  const umlaut = Buffer.from("ü\n");
  const until = async (text: string) => {
    for (const deadline = Date.now() + 5_000; said !== text && Date.now() < deadline; ) await wait(20);
    expect(said).toBe(text);
  };
  appendFileSync(log, umlaut.subarray(0, 1));
  await wait(400);
  appendFileSync(log, umlaut.subarray(1));
  await until("ü\n");
  truncateSync(log, 0);
  appendFileSync(log, "n\n");
  await until("ü\nn\n");
  stop.abort();
  await following;
});

it("reads the last lines of a log that is larger than what it reads", () => {
  using folder = temporaryFolder();
  const log = join(folder.path, "a.log");
  writeFileSync(log, `${"x".repeat(99)}\n`.repeat(20_000));
  appendFileSync(log, "last\n");
  expect([lastLines(log, 2), lastLines(log, 1_000_000).every((line) => line === "last" || line.length === 99), lastLines(join(folder.path, "none"), 5)]).toEqual([["x".repeat(99), "last"], true, []]);
});
