import { chmodSync, chownSync, mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { describe, expect, it } from "vitest";
import { ai, configText, environment, faultsOf, kbEntry, type RunningKb, startKb } from "./rig.ts";
import { asNobody, copyOfServer, mounted, nobody } from "./mounted.ts";

const longText = (word: string) => `${word} begins a text of many passages. ${"Common words fill the passages that follow. ".repeat(5_000)}`;

async function addNotes(kb: RunningKb, count: number, label: string): Promise<number[]> {
  const ids: number[] = [];
  for (let n = 0; n < count; n++) ids.push(Number((await kb.ok("kb_add", { title: `${label} ${n}`, text: `${label}${n} is acknowledged.` }))["id"]));
  return ids;
}

async function expectAll(kb: RunningKb, ids: readonly number[]): Promise<void> {
  for (const id of ids) expect((await kb.ok("kb_read", { id }))["text"]).toContain("is acknowledged");
}

describe("a full disk", () => {
  it("is said in one sentence, loses nothing, and is forgotten as soon as there is room", async (context) => {
    using folder = temporaryFolder();
    using disk = mounted(context, join(folder.path, "paios"), "size=12m");
    const env = environment(folder.path, disk.path);
    const sentence = `The disk that holds ${join(disk.path, "kb.sqlite")} is full; nothing was stored. Free some space and try again.`;
    writeFileSync(join(disk.path, "paios.json"), configText);
    const kb = await startKb(env);
    const ids = await addNotes(kb, 20, "before");

    const filler = join(disk.path, "filler");
    fill(disk.path, filler);
    const failures: unknown[] = [];
    for (let n = 0; n < 12; n++) {
      const { value, failure } = await kb.call("kb_add", { title: `long ${n}`, text: `${longText(`full${n}`)} is acknowledged` });
      if (failure === undefined) ids.push(Number(value["id"]));
      else failures.push(failure);
    }
    expect(failures.length).toBeGreaterThan(8);
    expect(new Set(failures)).toEqual(new Set([sentence]));
    expect(await kb.ping()).toBe(true);
    expect((await kb.ok("kb_search", { query: "before3" }))["results"]).toHaveLength(1);
    const imported = await ai(env, ["kb", "import", import.meta.dirname]).ended;
    expect([imported.code === 0 || imported.stderr.includes("is full"), imported.stderr.includes("    at ")]).toEqual([true, false]);

    rmSync(filler);
    ids.push(...(await addNotes(kb, 5, "after")));
    await expectAll(kb, ids);
    await kb.stop();
    expect(faultsOf(disk.path)).toEqual([]);
  });

  it("stops a new home from being made, and no longer than it is full", async (context) => {
    using folder = temporaryFolder();
    using disk = mounted(context, join(folder.path, "paios"), "size=1m");
    const filler = join(disk.path, "filler");
    fill(disk.path, filler);
    const kb = await startKb(environment(folder.path, disk.path));
    expect((await kb.call("kb_add", { title: "a", text: "b" })).failure).toMatch(/^The disk that holds .*kb\.sqlite is full; nothing was stored\./);
    expect(await kb.ping()).toBe(true);
    rmSync(filler);
    await addNotes(kb, 1, "after");
    await kb.stop();
    expect(faultsOf(disk.path)).toEqual([]);
  });
});

describe("a home that cannot be written", () => {
  it("mounted read-only: writing says so, and works again when it is not", async (context) => {
    using folder = temporaryFolder();
    using disk = mounted(context, join(folder.path, "paios"), "size=16m");
    const kb = await startKb(environment(folder.path, disk.path));
    const ids = await addNotes(kb, 3, "before");
    await kb.stop();
    disk.remount("ro");
    const again = await startKb(environment(folder.path, disk.path));
    const { failure } = await again.call("kb_add", { title: "a", text: "b" });
    expect(failure).toMatch(/kb\.sqlite cannot be (opened|written): .*Check its permissions, or set PAIOS_HOME to a folder of yours\.$/);
    expect(await again.ping()).toBe(true);
    disk.remount("rw");
    ids.push(...(await addNotes(again, 2, "after")));
    await expectAll(again, ids);
    await again.stop();
    expect(faultsOf(disk.path)).toEqual([]);
  });

  it.runIf(process.getuid?.() === 0)("of another user: reading and writing say so, and work when it is given", async () => {
    using folder = temporaryFolder();
    chmodSync(folder.path, 0o755);
    const home = join(folder.path, "paios");
    mkdirSync(home);
    const env = { ...environment(folder.path, home), PAIOS_TEST_ENTRY: copyOfServer(kbEntry, folder.path) };
    const kb = await startKb(env, asNobody);
    expect((await kb.call("kb_add", { title: "a", text: "b" })).failure).toBe(`${join(home, "kb.sqlite")} cannot be opened: no permission, or its folder cannot be written. Check its permissions, or set PAIOS_HOME to a folder of yours.`);
    expect(await kb.ping()).toBe(true);
    chownSync(home, nobody, nobody);
    const ids = await addNotes(kb, 3, "given");

    for (const [owner, mode] of [[0, 0o755], [0, 0o700]] as const) {
      own(home, owner, mode);
      const { failure } = await kb.call("kb_add", { title: `while ${mode}`, text: "b is acknowledged" });
      if (failure !== undefined) expect(failure).toMatch(/kb\.sqlite cannot be (opened|written): .*Check its permissions/);
      expect(await kb.ping()).toBe(true);
      own(home, nobody, 0o755);
      ids.push(...(await addNotes(kb, 1, `again${mode}`)));
    }
    await expectAll(kb, ids);
    await kb.stop();

    own(home, 0, 0o755);
    const reader = await startKb(env, asNobody);
    for (const name of ["kb_list", "kb_status"]) {
      const { failure } = await reader.call(name, {});
      if (failure !== undefined) expect(failure).toMatch(/kb\.sqlite cannot be (opened|written): .*Check its permissions/);
    }
    expect((await reader.call("kb_add", { title: "c", text: "d" })).failure).toMatch(/kb\.sqlite cannot be (opened|written): .*Check its permissions/);
    await reader.stop();
    expect(faultsOf(home)).toEqual([]);
  });
});

function own(home: string, user: number, mode: number): void {
  for (const name of readdirSync(home)) chownSync(join(home, name), user, user);
  chownSync(home, user, user);
  chmodSync(home, mode);
}

/** Takes all of the free space; tmpfs counts in pages. */
function fill(folder: string, file: string): void {
  const { bfree, bsize } = statfsSync(folder);
  writeFileSync(file, Buffer.alloc(bfree * bsize));
}
