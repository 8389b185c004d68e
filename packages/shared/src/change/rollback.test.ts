import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { UserError } from "../errors.ts";
import { temporaryFolder } from "../testing/temporary.ts";
import { applyChanges, listChanges, planChanges, rollback } from "./change.ts";

/** A home, one file with the text "0" and one that is new in a new folder with the first change. */
function scratch() {
  const folder = temporaryFolder();
  const [home, config, fresh] = [join(folder.path, "home"), join(folder.path, "config.toml"), join(folder.path, "new/AGENTS.md")];
  writeFileSync(config, "0");
  chmodSync(config, 0o640);
  const change = async (text: string, what = "setup") => {
    const edits = [{ path: config, compute: () => text }, { path: fresh, compute: () => `# ${text}` }];
    const { id = "" } = await applyChanges(home, planChanges(edits), { what });
    return id;
  };
  const texts = () => [config, fresh].map((path) => (existsSync(path) ? readFileSync(path, "utf8") : undefined));
  return { folder: folder.path, home, config, fresh, change, texts, [Symbol.dispose]: folder[Symbol.dispose] };
}

it("CHANGE-04 one call puts back what the newest change changed; the next one, the change before it", async () => {
  using files = scratch();
  const first = await files.change("1");
  const second = await files.change("2", "second");
  const back = await rollback(files.home);
  expect(back).toMatchObject({ id: second, what: "second", restored: [files.fresh, files.config], unchanged: [], refused: [] });
  expect(files.texts()).toEqual(["1", "# 1"]);
  expect((await rollback(files.home)).id).toBe(first);
  expect(files.texts()).toEqual(["0", undefined]);
  expect([existsSync(dirname(files.fresh)), statSync(files.config).mode & 0o777]).toEqual([false, 0o640]);
  await expect(rollback(files.home)).rejects.toEqual(new UserError("not_found", "There is no change to roll back."));
});

it("CHANGE-04 changes are listed newest first, with what became of them", async () => {
  using files = scratch();
  expect(listChanges(files.home)).toEqual([]);
  const first = await files.change("1");
  const second = await files.change("2", "second");
  const { change } = await rollback(files.home);
  expect(listChanges(files.home).map(({ time, ...listed }) => ({ ...listed, recent: Date.now() - time < 60_000 }))).toEqual([
    { id: change, what: "rollback-second", files: [files.fresh, files.config], rolledBack: false, rollbackOf: second, recent: true },
    { id: second, what: "second", files: [files.config, files.fresh], rolledBack: true, rollbackOf: undefined, recent: true },
    { id: first, what: "setup", files: [files.config, files.fresh], rolledBack: false, rollbackOf: undefined, recent: true },
  ]);
});

it("CHANGE-04 by its id a change is rolled back as far as nobody changed the files since", async () => {
  using files = scratch();
  const first = await files.change("1");
  await files.change("2");
  expect(await rollback(files.home, first)).toMatchObject({ restored: [], refused: [files.fresh, files.config], change: undefined });
  expect(files.texts()).toEqual(["2", "# 2"]);
  await expect(rollback(files.home, "2026-01-01T00-00-00-000Z-setup")).rejects.toEqual(new UserError("not_found", "There is no change with that id. `ai backups` lists them."));
});

it("CHANGE-04 a file that somebody changed since is left alone and named; by force it is put back, and its text kept", async () => {
  using files = scratch();
  const id = await files.change("1");
  writeFileSync(files.config, "mine");
  expect(await rollback(files.home)).toMatchObject({ id, restored: [files.fresh], refused: [files.config] });
  expect(files.texts()).toEqual(["mine", undefined]);
  expect(listChanges(files.home).find((each) => each.id === id)?.rolledBack).toBe(false);
  const { backup = "", ...forced } = await rollback(files.home, undefined, { force: true });
  expect(forced).toMatchObject({ id, restored: [files.config], unchanged: [files.fresh], refused: [] });
  expect([...files.texts(), readFileSync(join(backup, "0"), "utf8")]).toEqual(["0", undefined, "mine"]);
});

it("CHANGE-04 a rollback is rolled back like any change, and then the change counts again", async () => {
  using files = scratch();
  const id = await files.change("1");
  const { change = "" } = await rollback(files.home);
  expect(await rollback(files.home, change)).toMatchObject({ what: "rollback-setup", restored: [files.config, files.fresh] });
  expect(files.texts()).toEqual(["1", "# 1"]);
  expect((await rollback(files.home)).id).toBe(id);
  expect(files.texts()).toEqual(["0", undefined]);
});

it("CHANGE-04 what is already as before is not written, and the change counts as rolled back", async () => {
  using files = scratch();
  const id = await files.change("1");
  writeFileSync(files.config, "0");
  rmSync(files.fresh);
  expect(await rollback(files.home)).toEqual({ id, what: "setup", restored: [], unchanged: [files.fresh, files.config], refused: [], change: undefined, backup: undefined });
  expect(listChanges(files.home)).toMatchObject([{ id, rolledBack: true }]);
});

it.each([
  ["damaged", (copy: string) => { writeFileSync(copy, "x"); }],
  ["missing", (copy: string) => { rmSync(copy); }],
])("CHANGE-04 a copy that is %s changes nothing", async (_, damage) => {
  using files = scratch();
  const id = await files.change("1");
  const copy = join(files.home, "backups", id, "0");
  damage(copy);
  await expect(rollback(files.home)).rejects.toEqual(new UserError("storage", `The copy ${copy} is missing or damaged, so ${files.config} cannot be put back from it. Nothing was changed. Choose an older change.`));
  expect(files.texts()).toEqual(["1", "# 1"]);
});

it("CHANGE-04 a change whose list is damaged is left out, and the one before it is found", async () => {
  using files = scratch();
  const first = await files.change("1");
  for (const damage of ["{", "", '{"version":2}', JSON.stringify({ version: 1, time: 0, what: "x", locks: [], folders: [], files: [{ path: "x", mode: 0, before: "", after: "", copy: "../../x" }] })]) {
    const id = await files.change(`damaged ${damage}`);
    writeFileSync(join(files.home, "backups", id, "manifest.json"), damage);
  }
  expect(listChanges(files.home).map(({ id }) => id)).toEqual([first]);
});

it("CHANGE-04 a probe that says no leaves the files as they were before the rollback", async () => {
  using files = scratch();
  const id = await files.change("1");
  await expect(rollback(files.home, undefined, { probe: () => Promise.resolve({ ok: false, problem: "No." }) })).rejects.toThrow("No. All was undone");
  expect(files.texts()).toEqual(["1", "# 1"]);
  expect(listChanges(files.home)).toMatchObject([{ id, rolledBack: false }]);
});

it("CHANGE-04 the oldest of 20 changes can be rolled back too", async () => {
  using files = scratch();
  const first = await files.change("1");
  for (let n = 0; n < 19; n++) {
    writeFileSync(files.config, "other");
    await applyChanges(files.home, planChanges([{ path: files.config, compute: () => `${n}` }]), { what: "setup" });
  }
  writeFileSync(files.config, "1");
  expect(await rollback(files.home, first)).toMatchObject({ id: first, refused: [] });
  expect(files.texts()).toEqual(["0", undefined]);
  expect(readdirSync(join(files.home, "backups"))).not.toContain(first);
});

it("CHANGE-04 what a change locked is locked for its rollback too", async () => {
  using files = scratch();
  const lock = join(files.folder, "config.lock");
  await applyChanges(files.home, planChanges([{ path: files.config, compute: () => "1" }]), { what: "setup", locks: [lock] });
  const locked: boolean[] = [];
  await rollback(files.home, undefined, { onStep: (step) => step === "file replaced" && locked.push(existsSync(lock)) });
  expect([locked, existsSync(lock)]).toEqual([[true], false]);
});
