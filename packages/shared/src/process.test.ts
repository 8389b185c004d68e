import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { run } from "./process.ts";
import { temporaryFolder } from "./testing/temporary.ts";

const limits = { timeoutMs: 5_000, outputBytes: 10_000 };
const shell = (script: string, more: Partial<Parameters<typeof run>[0]> = {}) => run({ command: "sh", args: ["-c", script], ...limits, ...more });

function isAlive(pid: number): boolean {
  try {
    // A zombie that nobody has waited for has ended too.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

describe("run", () => {
  it("gives what was printed and the exit code", async () => {
    const { code, stdout, stderr } = await shell("cat; echo error >&2; exit 3", { input: "hello" });
    expect({ code, stdout: stdout.toString(), stderr }).toEqual({ code: 3, stdout: "hello", stderr: "error\n" });
  });

  it("judges a program that does not read its input by its exit code", async () => {
    expect((await shell("exit 0", { input: "x".repeat(1_000_000) })).code).toBe(0);
  });

  it("rejects with ENOENT for a program that is not there", async () => {
    await expect(run({ command: "no-such-program-here", args: [], ...limits })).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("ends the whole group at the time limit, also what ignores SIGTERM", async () => {
    using folder = temporaryFolder();
    const pids = join(folder.path, "pids");
    const started = performance.now();
    const ended = shell(`trap "" TERM; echo $$ >> ${pids}; sh -c 'echo $$ >> ${pids}; sleep 30; sleep 30' & sleep 30; sleep 30`, { timeoutMs: 300 });
    await expect(ended).rejects.toMatchObject({ code: "timed_out", message: "sh took longer than 0.3 s and was ended." });
    expect(performance.now() - started).toBeLessThan(4_000);
    const group = readFileSync(pids, "utf8").trim().split("\n").map(Number);
    expect(group).toHaveLength(2);
    expect(group.filter(isAlive)).toEqual([]);
  });

  it("ends at the output limit", async () => {
    await expect(shell("yes")).rejects.toMatchObject({ code: "too_large" });
  });

  it("ends at an abort, with its reason", async () => {
    const controller = new AbortController();
    const ended = shell("sleep 30", { signal: controller.signal });
    setTimeout(() => controller.abort(new Error("enough")), 50);
    await expect(ended).rejects.toThrow("enough");
    await expect(shell("true", { signal: controller.signal })).rejects.toThrow("enough");
  });

  it("does not wait for a daemon that keeps the pipes", async () => {
    const started = performance.now();
    await expect(shell("setsid sleep 8 & sleep 30", { timeoutMs: 300 })).rejects.toMatchObject({ code: "timed_out" });
    expect(performance.now() - started).toBeLessThan(4_000);
  });
});
