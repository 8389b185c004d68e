import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { expect, it } from "vitest";
import { ai, configText, environment, faultsOf, query, type RunningKb, startKb } from "./rig.ts";

const library = ["/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1", "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1"].find((path) => existsSync(path));
if (!library) console.log("Left out: jumps of the wall clock under a running server, since faketime is not installed");

it.runIf(library)("KB-03 the wall clock jumps under a running server: nothing is lost, purged or answered wrongly", async () => {
  using folder = temporaryFolder();
  const home = join(folder.path, "paios");
  const clock = join(folder.path, "clock");
  mkdirSync(home);
  writeFileSync(join(home, "paios.json"), configText);
  const set = (offset: string) => writeFileSync(clock, offset);
  set("+0");
  const env = environment(folder.path, home);
  const kb = await startKb({ ...env, LD_PRELOAD: library ?? "", FAKETIME_TIMESTAMP_FILE: clock, FAKETIME_NO_CACHE: "1", FAKETIME_DONT_FAKE_MONOTONIC: "1" });
  const ids: number[] = [];
  const years: number[] = [];
  for (const [n, offset] of ["+0", "+400d", "-3000d", "+20y", "-1s", "+0"].entries()) {
    set(offset);
    ids.push(await add(kb, n));
    await kb.ok("kb_update", { id: ids[0] ?? 0, text: `jump${n}x belongs to the first.` });
    await kb.ok("kb_forget", { id: ids.at(-1) ?? 0 });
    const { updated } = await kb.ok("kb_read", { id: ids[0] ?? 0 }).catch(() => ({ updated: "" }));
    years.push(new Date(String(updated)).getUTCFullYear());
    await kb.ok("kb_forget", { id: ids.at(-1) ?? 0, undo: true });
  }
  expect(new Set(years.slice(1)).size).toBeGreaterThan(3);
  expect(await kb.ok("kb_read", { id: ids[0] ?? 0 })).toMatchObject({ version: 7, text: "jump5x belongs to the first." });
  for (const [n, id] of ids.entries()) if (n > 0) expect((await kb.ok("kb_search", { query: `note${n}x` }))["results"]).toMatchObject([{ id }]);

  // What is forgotten today is still there after sessions of a clock that is years ahead have come and gone.
  await kb.ok("kb_forget", { id: ids[1] ?? 0 });
  await kb.stop();
  for (const offset of ["+0", "+5y", "+5y", "+0"]) {
    set(offset);
    const ended = await ai({ ...env, LD_PRELOAD: library ?? "", FAKETIME_TIMESTAMP_FILE: clock, FAKETIME_DONT_FAKE_MONOTONIC: "1" }, ["kb", "add", `at ${offset}`, `text ${offset}`]).ended;
    expect(ended.code).toBe(0);
  }
  expect(query(home, `SELECT state FROM article WHERE id = ${ids[1]}`)).toEqual([{ state: "forgotten" }]);
  expect(faultsOf(home)).toEqual([]);
});

async function add(kb: RunningKb, n: number): Promise<number> {
  return Number((await kb.ok("kb_add", { title: `Note ${n}`, text: `note${n}x is acknowledged.` }))["id"]);
}
