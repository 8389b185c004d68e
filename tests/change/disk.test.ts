import { mkdirSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { applyChanges, listChanges, planChanges, rollback } from "@paios/shared/change";
import { UserError } from "@paios/shared/errors";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { expect, it, type TestContext } from "vitest";
import { mounted } from "../storage/mounted.ts";
import { wait } from "../storage/rig.ts";

/** A disk of 1 MB with a file of 100 kB, and a small file elsewhere; both are to be changed. Left out where mounting is not permitted. */
function scratch(context: TestContext) {
  const folder = temporaryFolder();
  const { path: disk, remount, ...mount } = mounted(context, join(folder.path, "disk"), "size=1m");
  const [large, small] = [join(disk, "claude.json"), join(folder.path, "config.toml")];
  writeFileSync(large, "a".repeat(100_000));
  writeFileSync(small, "a");
  const edits = [small, large].map((path) => ({ path, compute: (text = "") => text.replaceAll("a", "b") }));
  const states = () => [small, large].map((path) => readFileSync(path, "utf8")).map((text) => (/^a+$/.test(text) ? "old" : /^b+$/.test(text) ? "new" : "damaged"));
  return {
    folder: folder.path, disk, large, small, edits, states,
    remount,
    [Symbol.dispose]: () => {
      mount[Symbol.dispose]();
      folder[Symbol.dispose]();
    },
  };
}

/** Takes all of the free space; tmpfs counts in pages. */
function fill(disk: string): string {
  const { bfree, bsize } = statfsSync(disk);
  const filler = join(disk, "filler");
  writeFileSync(filler, Buffer.alloc(bfree * bsize));
  return filler;
}

it("DATA-02 a full disk is named, no file is changed, nothing is left over, and it works when there is room", async (context) => {
  using files = scratch(context);
  const home = join(files.folder, "paios");
  const filler = fill(files.disk);
  const applying = () => applyChanges(home, planChanges(files.edits), { what: "setup" });
  await expect(applying()).rejects.toEqual(new UserError("storage", `The disk that holds ${files.large} is full. Free some space and run it again. Nothing was changed.`));
  expect([files.states(), listChanges(home), readdirSync(files.disk).sort()]).toEqual([["old", "old"], [], ["claude.json", "filler"]]);
  rmSync(filler);
  await applying();
  expect(files.states()).toEqual(["new", "new"]);
});

it("CHANGE-02 no room for the backup: no file is changed", async (context) => {
  using files = scratch(context);
  const home = join(files.disk, "paios");
  mkdirSync(join(home, "backups"), { recursive: true });
  const filler = fill(files.disk);
  await expect(applyChanges(home, planChanges(files.edits), { what: "setup" })).rejects.toEqual(new UserError("storage", `The disk that holds ${join(home, "backups")} is full. Free some space and run it again.`));
  expect([files.states(), readdirSync(join(home, "backups"))]).toEqual([["old", "old"], []]);
  rmSync(filler);
  await applyChanges(home, planChanges(files.edits), { what: "setup" });
  expect(files.states()).toEqual(["new", "new"]);
});

it("DATA-02 a disk that is mounted read-only is named, and no file is changed", async (context) => {
  using files = scratch(context);
  const home = join(files.folder, "paios");
  files.remount("ro");
  await expect(applyChanges(home, planChanges(files.edits), { what: "setup" })).rejects.toThrow(`${files.large} lies on a disk that is mounted read-only. Make it writable, or move the file, then run it again.`);
  files.remount("rw");
  expect([files.states(), listChanges(home), readdirSync(files.folder).sort()]).toEqual([["old", "old"], [], ["config.toml", "disk", "paios"]]);
});

it("CHANGE-04 a disk that becomes read-only during the probe: the error says what is left to do, and rolling back does it", async (context) => {
  using files = scratch(context);
  const home = join(files.disk, "paios");
  const probe = async () => {
    files.remount("ro");
    // Longer than our lock, which lies on this disk too, goes without being refreshed.
    await wait(2_200);
    return { ok: false, problem: "No." };
  };
  const [id = ""] = await applyChanges(home, planChanges(files.edits), { what: "setup", probe }).then(() => [], (error: unknown) => /^UserError: No\. .*claude\.json could not be put back\. The former text is in .*; roll back (\S+) when the cause is gone\.$/.exec(String(error))?.slice(1) ?? []);
  expect(files.states()).toEqual(["old", "new"]);
  files.remount("rw");
  expect(await rollback(home, undefined, { now: () => Date.now() + 11_000 })).toMatchObject({ id, restored: [files.large], unchanged: [files.small] });
  expect(files.states()).toEqual(["old", "old"]);
});
