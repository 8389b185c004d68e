import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { configText, environment, faultsOf, type RunningKb, startKb, wait } from "./rig.ts";

const hasStrace = spawnSync("strace", ["-V"]).status === 0;
if (!hasStrace) console.log("Left out: faults of the disk, since strace is not installed");

/** From now until `stop`, system calls of the process on these files fail. */
async function failing(pid: number, files: readonly string[], fault: string): Promise<{ stop: () => Promise<void> }> {
  const tracer: ChildProcess = spawn("strace", ["-f", "-p", String(pid), ...files.flatMap((file) => ["-P", file]), "-e", `inject=${fault}`, "-o", "/dev/null"], { stdio: ["ignore", "ignore", "pipe"] });
  const attached = new Promise((resolve, reject) => {
    tracer.stderr?.on("data", (text: Buffer) => text.includes("attached") && resolve(undefined));
    tracer.once("exit", () => reject(new Error("strace did not attach")));
  });
  await attached;
  // It attaches thread by thread.
  await wait(200);
  return {
    stop: async () => {
      tracer.kill("SIGINT");
      await once(tracer, "exit");
    },
  };
}

async function withKb(work: (kb: RunningKb, home: string) => Promise<void>): Promise<void> {
  using folder = temporaryFolder();
  const home = join(folder.path, "paios");
  mkdirSync(home);
  writeFileSync(join(home, "paios.json"), configText);
  const kb = await startKb(environment(folder.path, home));
  await kb.ok("kb_add", { title: "first", text: "The first article." });
  await work(kb, home);
  await kb.stop();
  expect(faultsOf(home)).toEqual([]);
}

const long = (word: string) => `${word} ${"begins a text that is longer than a page of the database. ".repeat(1_000)}`;

describe.runIf(hasStrace)("a disk that fails", () => {
  it.each([
    { fault: "pwrite64:error=ENOSPC", file: "kb.sqlite-wal", said: /^The disk that holds .*kb\.sqlite is full; nothing was stored\. Free some space and try again\.$/ },
    { fault: "pwrite64:error=EIO", file: "kb.sqlite-wal", said: /^The disk failed while .*kb\.sqlite was read or written \(I\/O error\); what was not acknowledged is not stored\. Check the disk, then try again\.$/ },
    { fault: "fsync,fdatasync:error=EIO", file: "kb.sqlite-wal", said: /^The disk failed while .*kb\.sqlite was read or written/ },
    { fault: "fsync,fdatasync:error=EIO", file: "kb.sqlite", said: /^The disk failed while .*kb\.sqlite was read or written/ },
  ])("$fault on $file: said in one sentence, nothing acknowledged is lost, and it works again without a restart", async ({ fault, file, said }) => {
    await withKb(async (kb, home) => {
      const broken = await failing(kb.pid, [join(home, file)], fault);
      const acknowledged: { id: number; word: string }[] = [];
      const failures: string[] = [];
      // Enough for SQLite to fold the log into the file more than once, which is when it syncs.
      for (let n = 0; n < 25; n++) {
        const word = `word${n}x`;
        const { value, failure } = await kb.call("kb_add", { title: word, text: long(word) });
        if (failure === undefined) acknowledged.push({ id: Number(value["id"]), word });
        else failures.push(failure);
      }
      expect(await kb.ping()).toBe(true);
      await broken.stop();
      for (const failure of failures) expect(failure).toMatch(said);
      if (!fault.startsWith("fsync")) expect(failures.length).toBeGreaterThan(0);
      for (const { id, word } of acknowledged) expect((await kb.ok("kb_read", { id, length: 20 }))["text"]).toContain(word);
      const { id } = await kb.ok("kb_add", { title: "after", text: long("after") });
      expect((await kb.ok("kb_search", { query: "after" }))["results"]).toMatchObject([{ id }]);
    });
  });
});

it.runIf(hasStrace)("pages that cannot be read: said in one sentence, and read when they can be", async () => {
  await withKb(async (kb, home) => {
    const ids: unknown[] = [];
    // More than the page cache holds.
    for (let n = 0; n < 150; n++) ids.push((await kb.ok("kb_add", { title: `word${n}x`, text: long(`word${n}x`) }))["id"]);
    const broken = await failing(kb.pid, [join(home, "kb.sqlite"), join(home, "kb.sqlite-wal")], "pread64:error=EIO");
    const failures: string[] = [];
    for (const id of ids) {
      const { failure } = await kb.call("kb_read", { id });
      if (failure !== undefined) failures.push(failure);
    }
    expect(failures.length).toBeGreaterThan(0);
    // SQLite calls a read that fails with EIO a damaged file.
    for (const failure of failures) expect(failure).toMatch(/kb\.sqlite (is damaged\. Nothing was deleted\.|was read or written \(I\/O error\);)/);
    expect(await kb.ping()).toBe(true);
    await broken.stop();
    for (const id of ids) await kb.ok("kb_read", { id });
  });
});

describe("INFRA-04 a lock that somebody else holds", () => {
  it("for 2 s is waited for", async () => {
    await withKb(async (kb, home) => {
      const holder = new Database(join(home, "kb.sqlite"));
      holder.exec("BEGIN IMMEDIATE");
      setTimeout(() => holder.exec("COMMIT"), 2_000);
      const { id } = await kb.ok("kb_add", { title: "waited", text: "for the lock" });
      await kb.ok("kb_read", { id });
      holder.close();
    });
  });

  it("for longer is said after 5 s, and reading goes on", async () => {
    await withKb(async (kb, home) => {
      const holder = new Database(join(home, "kb.sqlite"));
      holder.exec("BEGIN IMMEDIATE");
      const { failure } = await kb.call("kb_add", { title: "in vain", text: "waited" });
      expect(failure).toMatch(/kb\.sqlite was locked by another process for over 5 s\. Try again;/);
      await kb.ok("kb_search", { query: "first article" });
      holder.close();
      await kb.ok("kb_add", { title: "at last", text: "stored" });
    });
  });

  it("INFRA-05 does not keep a server from ending within 1 s", async () => {
    await withKb(async (kb, home) => {
      const holder = new Database(join(home, "kb.sqlite"));
      holder.exec("BEGIN IMMEDIATE");
      const started = performance.now();
      kb.kill("SIGTERM");
      expect(await kb.ended).toEqual({ code: 0, signal: null });
      expect(performance.now() - started).toBeLessThan(1_000);
      holder.close();
    });
  });
});
