import { closeSync, existsSync, mkdirSync, openSync, readFileSync, statSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { expect, it } from "vitest";
import { rotateLog } from "./rotate-log.ts";

const small = { megabytes: 0.000_01, keep: 2 };

it("moves a large log aside, keeps so many, and leaves the file that is held open", () => {
  using folder = temporaryFolder();
  const log = join(folder.path, "a.log");
  const held = openSync(log, "a");
  const files = () => [log, `${log}.1`, `${log}.2`, `${log}.3`].map((path) => (existsSync(path) ? readFileSync(path, "utf8") : undefined));
  const inode = statSync(log).ino;
  for (const text of ["first line\n", "second line\n", "third line\n"]) {
    writeSync(held, text);
    expect(rotateLog(log, small)).toBe(true);
  }
  writeSync(held, "now");
  closeSync(held);
  expect([files(), statSync(log).ino]).toEqual([["now", "third line\n", "second line\n", undefined], inode]);
});

it("leaves a small log alone, and one that is not there", () => {
  using folder = temporaryFolder();
  const log = join(folder.path, "a.log");
  expect(rotateLog(log, small)).toBe(false);
  writeFileSync(log, "short");
  expect([rotateLog(log, small), readFileSync(log, "utf8"), existsSync(`${log}.1`)]).toEqual([false, "short", false]);
});

it("a log that cannot be copied stays whole", () => {
  using folder = temporaryFolder();
  const log = join(folder.path, "a.log");
  writeFileSync(log, "a line that is long enough\n");
  // A folder stands where the copy would go.
  mkdirSync(`${log}.part`);
  expect(() => rotateLog(log, small)).toThrow();
  expect(readFileSync(log, "utf8")).toBe("a line that is long enough\n");
});
