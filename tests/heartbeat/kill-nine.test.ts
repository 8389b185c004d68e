import { spawnSync } from "node:child_process";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { expect, it } from "vitest";
import { killAtEachWrite } from "./kill-nine.ts";

const hasStrace = spawnSync("strace", ["-V"]).status === 0;
if (!hasStrace) console.log("Left out: kill −9 at each write, since strace is not installed");

it.runIf(hasStrace)("SERV-01 killed −9 at writes of a run, a slot is claimed once and runs again under its key", async () => {
  using folder = temporaryFolder();
  const { kills, wrong } = await killAtEachWrite(folder.path, 5);
  expect(wrong).toEqual([]);
  // `pnpm proof heartbeat-kill` does it at every write.
  expect(kills).toBeGreaterThanOrEqual(4);
});
