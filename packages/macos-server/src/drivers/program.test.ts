import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { expect, it } from "vitest";
import { programs } from "./program.ts";

const signal = new AbortController().signal;
const tools = programs({ PATH: process.env["PATH"] }, (command) => `install ${command}`);

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A process that ended but was not waited for by pid 1 is gone all the same.
    return !/^State:\s+Z/m.test(existsSync(`/proc/${pid}/status`) ? readFileSync(`/proc/${pid}/status`, "utf8") : "");
  } catch {
    return false;
  }
}

async function gone(pid: number): Promise<void> {
  for (let tries = 0; tries < 100 && isRunning(pid); tries++) await wait(30);
  expect(isRunning(pid)).toBe(false);
}

it("a program that hangs is a time-out, and never a question of permission; its children end with it", async () => {
  using folder = temporaryFolder();
  const script = `sleep 60 & echo $! > ${folder.path}/child; wait`;
  for (const start of [tools.run, tools.handOver]) {
    const error: unknown = await start("sh", { args: ["-c", script], signal, timeoutMs: 300 }).catch((error: unknown) => error);
    expect(error).toMatchObject({ code: "timed_out", message: expect.stringMatching(/^sh took longer than 0\.3 s/) as string });
    await gone(Number(readFileSync(join(folder.path, "child"), "utf8")));
  }
});

it("an abort ends the program with its children, and rejects with its reason", async () => {
  using folder = temporaryFolder();
  for (const start of [tools.run, tools.handOver]) {
    const abort = new AbortController();
    writeFileSync(join(folder.path, "child"), "");
    const running = start("sh", { args: ["-c", `sleep 60 & echo $! > ${folder.path}/child; wait`], signal: abort.signal });
    while (readFileSync(join(folder.path, "child"), "utf8") === "") await wait(20);
    abort.abort(new Error("cancelled"));
    await expect(running).rejects.toThrow("cancelled");
    await gone(Number(readFileSync(join(folder.path, "child"), "utf8")));
    await expect(start("sh", { args: [], signal: abort.signal })).rejects.toThrow("cancelled");
  }
});

it("a missing program is named with its fix, output is capped, a program left to run is not ended", async () => {
  using folder = temporaryFolder();
  for (const start of [tools.run, tools.handOver]) await expect(start("paios-no-such-program", { args: [], signal })).rejects.toThrow("program_missing: There is no program paios-no-such-program here. Next: install paios-no-such-program.");
  await expect(tools.run("yes", { args: [], signal, outputBytes: 10_000 })).rejects.toMatchObject({ code: "too_large" });
  expect(await tools.handOver("sh", { args: ["-c", "cat > /dev/null; exit 4"], signal, input: "text" })).toBe(4);
  expect(await tools.handOver("sh", { args: ["-c", `echo $$ > ${folder.path}/pid; exec sleep 60`], signal, leaveAfterMs: 200 })).toBe(0);
  const pid = Number(readFileSync(join(folder.path, "pid"), "utf8"));
  expect(isRunning(pid)).toBe(true);
  process.kill(pid);
  expect([tools.has("sh"), tools.has("paios-no-such-program")]).toEqual([true, false]);
});
