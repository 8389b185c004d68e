import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { UserError } from "../errors.ts";
import { temporaryFolder } from "../testing/temporary.ts";
import { type ApplyOptions, applyChanges, type Edit, planChanges } from "./change.ts";

/** A home, a config behind a link, a file to remove, and one that is new in new folders. */
function scratch() {
  const folder = temporaryFolder();
  const at = (name: string) => join(folder.path, name);
  const [home, linked, config, fresh, old] = [at("home"), at("dotfiles/codex.toml"), at("config.toml"), at("new/deep/AGENTS.md"), at("legacy.json")];
  mkdirSync(dirname(linked));
  writeFileSync(linked, "a\n");
  chmodSync(linked, 0o640);
  symlinkSync("dotfiles/codex.toml", config);
  writeFileSync(old, "{}\n");
  chmodSync(old, 0o604);
  const edits: Edit[] = [{ path: config, compute: () => "b\n" }, { path: fresh, compute: () => "# PAIOS\n", mode: 0o644 }, { path: old, compute: () => undefined }];
  const apply = (options: Partial<ApplyOptions> = {}) => applyChanges(home, planChanges(edits), { what: "setup", ...options });
  return { folder: folder.path, home, linked, config, fresh, old, edits, apply, [Symbol.dispose]: folder[Symbol.dispose] };
}

type Scratch = ReturnType<typeof scratch>;

const backupsIn = (home: string) => readdirSync(join(home, "backups")).sort();
const modeOf = (path: string) => statSync(path).mode & 0o777;

/** Nothing but what was there at first, in text and mode, and an empty folder of backups. */
function expectAsBefore({ folder, home, linked, config, old }: Scratch): void {
  expect(readdirSync(folder).sort()).toEqual(["config.toml", "dotfiles", "home", "legacy.json"]);
  expect([readFileSync(linked, "utf8"), modeOf(linked), readdirSync(dirname(linked))]).toEqual(["a\n", 0o640, ["codex.toml"]]);
  expect([readFileSync(old, "utf8"), modeOf(old)]).toEqual(["{}\n", 0o604]);
  expect(lstatSync(config).isSymbolicLink()).toBe(true);
  expect(backupsIn(home)).toEqual([]);
}

it("CHANGE-02 each file is copied to the backups before it changes, with its hashes, and nobody else may read them", async () => {
  using files = scratch();
  const atFirst: string[] = [];
  const onStep = (step: string) => {
    if (step === "backup made") atFirst.push(readFileSync(files.linked, "utf8"), ...backupsIn(files.home));
  };
  const { id = "", backup = "", ...applied } = await files.apply({ onStep, now: () => Date.UTC(2026, 4, 3, 2, 1) });
  expect({ id, ...applied }).toEqual({ id: "2026-05-03T02-01-00-000Z-setup", changed: [files.config, files.fresh, files.old], takenOver: [] });
  expect(atFirst).toEqual(["a\n", ".change.lock", id]);
  expect(readdirSync(backup).sort()).toEqual(["0", "2", "manifest.json"]);
  expect([readFileSync(join(backup, "0"), "utf8"), readFileSync(join(backup, "2"), "utf8")]).toEqual(["a\n", "{}\n"]);
  expect([backup, join(backup, "0"), join(backup, "manifest.json")].map(modeOf)).toEqual([0o700, 0o600, 0o600]);
  expect(backupsIn(files.home)).toEqual([id]);
});

it("DATA-02 a change keeps mode and link, makes new files and folders, removes files, and leaves nothing over", async () => {
  using files = scratch();
  await files.apply({ probe: () => Promise.resolve({ ok: true }) });
  expect([readFileSync(files.linked, "utf8"), modeOf(files.linked), lstatSync(files.config).isSymbolicLink()]).toEqual(["b\n", 0o640, true]);
  expect([readFileSync(files.fresh, "utf8"), modeOf(files.fresh), modeOf(dirname(files.fresh))]).toEqual(["# PAIOS\n", 0o644, 0o700]);
  expect(existsSync(files.old)).toBe(false);
  expect([readdirSync(dirname(files.linked)), readdirSync(dirname(files.fresh))]).toEqual([["codex.toml"], ["AGENTS.md"]]);
});

it("DATA-02 a file that was changed after the plan is refused and stays as it is, and so do the others", async () => {
  using files = scratch();
  const planned = planChanges(files.edits);
  writeFileSync(files.old, "{ mine }\n");
  await expect(applyChanges(files.home, planned, { what: "setup" })).rejects.toEqual(new UserError("config", `${files.old} was changed by another program meanwhile. Run it again.`));
  expect([readFileSync(files.old, "utf8"), readFileSync(files.linked, "utf8"), existsSync(dirname(files.fresh)), backupsIn(files.home)]).toEqual(["{ mine }\n", "a\n", false, []]);
});

it("DATA-02 a link that leads elsewhere since the plan is refused", async () => {
  using files = scratch();
  const planned = planChanges(files.edits);
  rmSync(files.config);
  writeFileSync(join(files.folder, "other.toml"), "a\n");
  symlinkSync("other.toml", files.config);
  await expect(applyChanges(files.home, planned, { what: "setup" })).rejects.toThrow("changed by another program");
  expect([readFileSync(files.linked, "utf8"), readFileSync(files.config, "utf8")]).toEqual(["a\n", "a\n"]);
});

it("DATA-02 a file that another program writes between two of ours stops the change, is kept, and the first is put back", async () => {
  using files = scratch();
  const onStep = (step: string) => {
    if (step === "file replaced" && existsSync(files.fresh)) writeFileSync(files.old, "{ mine }\n");
  };
  await expect(files.apply({ onStep })).rejects.toThrow(`${files.old} was changed by another program meanwhile. Run it again. All was undone: ${files.config}, ${files.fresh} as before.`);
  expect(readFileSync(files.old, "utf8")).toBe("{ mine }\n");
  rmSync(files.old);
  writeFileSync(files.old, "{}\n");
  chmodSync(files.old, 0o604);
  expectAsBefore(files);
});

it("CHANGE-02 nothing is written, and no backup made, when nothing differs", async () => {
  using files = scratch();
  await files.apply();
  const before = [backupsIn(files.home), statSync(files.linked).ino];
  const probe = () => Promise.reject(new Error("not to be run"));
  expect(await files.apply({ probe })).toEqual({ id: undefined, backup: undefined, changed: [], takenOver: [] });
  expect([backupsIn(files.home), statSync(files.linked).ino]).toEqual(before);
});

it("CHANGE-01 only the files that are not yet as planned are written", async () => {
  using files = scratch();
  const planned = planChanges(files.edits);
  writeFileSync(files.linked, "b\n");
  expect((await applyChanges(files.home, planned, { what: "setup" })).changed).toEqual([files.fresh, files.old]);
});

it.each([
  ["says no", () => Promise.resolve({ ok: false, problem: "Codex does not start." }), "config", "Codex does not start."],
  ["throws", () => Promise.reject(new Error("foreign text")), "config", "The check of the change failed unexpectedly."],
  ["throws at once", () => { throw new Error("foreign text"); }, "config", "The check of the change failed unexpectedly."],
  ["throws what a person can act on", () => Promise.reject(new UserError("not_found", "Codex is not installed.")), "not_found", "Codex is not installed."],
  ["hangs", () => new Promise<never>(() => {}), "timed_out", "The check of the change took longer than 0.05 s and was given up."],
] as const)("CHANGE-01 a probe that %s puts everything back, new files and folders too", async (_, probe, code, sentence) => {
  using files = scratch();
  const message = `${sentence} All was undone: ${files.config}, ${files.fresh}, ${files.old} as before.`;
  await expect(files.apply({ probe, probeTimeoutMs: 50 })).rejects.toEqual(new UserError(code, message));
  expectAsBefore(files);
});

it("CHANGE-01 a probe sees the new files without locks, and is told when its time is over", async () => {
  using files = scratch();
  const lock = join(files.folder, "config.lock");
  let seen: unknown[] = [];
  const probe = (signal: AbortSignal) => new Promise<never>(() => {
    seen = [readFileSync(files.config, "utf8"), existsSync(lock), signal.aborted];
    signal.addEventListener("abort", () => seen.push("aborted"));
  });
  await expect(files.apply({ probe, probeTimeoutMs: 50, locks: [lock] })).rejects.toThrow("took longer");
  expect(seen).toEqual(["b\n", false, false, "aborted"]);
  expectAsBefore(files);
});

it("CHANGE-01 what another program wrote before the change was undone is kept in the backup", async () => {
  using files = scratch();
  const probe = () => {
    writeFileSync(files.linked, "by another\n");
    return Promise.resolve({ ok: false });
  };
  await expect(files.apply({ probe })).rejects.toThrow(/ What another program had written meanwhile is kept in .*found-0\.$/);
  const [id = "", ...more] = backupsIn(files.home);
  expect([more, readFileSync(join(files.home, "backups", id, "found-0"), "utf8"), readFileSync(files.linked, "utf8")]).toEqual([[], "by another\n", "a\n"]);
});

it("CHANGE-02 the newest 20 backups are kept, and copies of databases in the same folder are not touched", async () => {
  using files = scratch();
  const databases = ["2020-01-01T00-00-00-000Z-kb-migration", "notes"].map((name) => join(files.home, "backups", name));
  for (const folder of databases) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "kb.sqlite"), "x");
  }
  const ids: string[] = [];
  for (let n = 0; n < 23; n++) {
    const { id = "" } = await applyChanges(files.home, planChanges([{ path: files.config, compute: () => `${n}\n` }]), { what: "setup", now: () => Date.UTC(2026, 4, 3) - n });
    ids.push(id);
  }
  expect(new Set(ids).size).toBe(23);
  expect(backupsIn(files.home)).toEqual([...databases.map((folder) => folder.slice(files.home.length + 9)), ...ids.slice(3)].sort());
  for (const folder of databases) expect(readdirSync(folder)).toEqual(["kb.sqlite"]);
});

it("DATA-02 a lock that another program holds is waited for, then named, and nothing is changed", async () => {
  using files = scratch();
  const lock = join(files.folder, "config.lock");
  mkdirSync(lock);
  const started = performance.now();
  const failure = new UserError("unavailable", `Another program holds the lock ${lock}. Close that program or wait for it, then run it again; when nothing uses the lock, remove it. Nothing was changed.`);
  await expect(files.apply({ locks: [lock], now: () => statSync(lock).mtimeMs + 5_000 })).rejects.toEqual(failure);
  expect(performance.now() - started).toBeGreaterThan(2_900);
  rmSync(lock, { recursive: true });
  expectAsBefore(files);
});

it("DATA-02 a lock that is freed, or was left behind more than 10 s ago, is taken and released", async () => {
  using files = scratch();
  const [left, held] = [join(files.folder, "left.lock"), join(files.folder, "held.lock")];
  for (const lock of [left, held]) mkdirSync(lock);
  const old = Date.now() / 1_000 - 11;
  utimesSync(left, old, old);
  setTimeout(() => rmSync(held, { recursive: true }), 100);
  const seen: string[][] = [];
  const onStep = (step: string) => {
    if (step === "file replaced") seen.push(readdirSync(files.folder).filter((name) => name.endsWith(".lock")));
  };
  expect((await files.apply({ locks: [left, held], onStep })).takenOver).toEqual([left]);
  expect(seen[0]).toEqual(["held.lock", "left.lock"]);
  expect(readdirSync(files.folder).filter((name) => name.endsWith(".lock"))).toEqual([]);
});

it.each(["config.lock", "home/backups/.change.lock"])("DATA-02 a lock that is lost before the first file is replaced stops the change: %s", async (name) => {
  using files = scratch();
  const lock = join(files.folder, name);
  const onStep = (step: string) => {
    if (step === "temporary file on the disk") utimesSync(lock, 1, 1);
  };
  await expect(files.apply({ locks: [join(files.folder, "config.lock")], onStep })).rejects.toThrow(`The lock ${lock} was taken over by another program. Run it again. Nothing was changed.`);
  rmSync(lock, { recursive: true });
  expectAsBefore(files);
});

it("DATA-02 what a killed run left is removed: a temporary file, a half-made backup; a live run's file and a person's are not", async () => {
  using files = scratch();
  await files.apply();
  const beside = dirname(files.linked);
  const names = [".codex.toml.paios-4194999-0123abcd", `.codex.toml.paios-${process.pid}-0123abcd`, ".codex.toml.paios-mine"];
  for (const name of names) writeFileSync(join(beside, name), "x");
  mkdirSync(join(files.home, "backups/2026-01-01T00-00-00-000Z-setup.part"));
  writeFileSync(files.linked, "c\n");
  await files.apply();
  expect(readdirSync(beside).sort()).toEqual([...names.slice(1), "codex.toml"].sort());
  expect(backupsIn(files.home).filter((name) => name.endsWith(".part"))).toEqual([]);
});
