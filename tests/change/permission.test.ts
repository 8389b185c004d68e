import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { applyChanges, listChanges, planChanges } from "@paios/shared/change";
import { scratchEnvironment, temporaryFolder } from "@paios/shared/testing/temporary";
import { describe, expect, it } from "vitest";
import { start } from "../storage/rig.ts";
import { fixture, statesOf, writeOld } from "./fixture.ts";

const child = fileURLToPath(new URL("change-child.ts", import.meta.url));
const nobody = 65_534;

/** The four old files, all of them an unprivileged user's. */
function scratch() {
  const folder = temporaryFolder();
  writeOld(folder.path);
  give(folder.path);
  const { home } = fixture(folder.path);
  const apply = async () => {
    const { code, stdout, stderr } = await start([child, folder.path, "apply"], scratchEnvironment(folder.path, { PAIOS_TEST_USER: String(nobody) })).ended;
    return { code, said: stdout.trimEnd().split("\n").at(-1) ?? "", stderr };
  };
  const states = () => {
    const wrong: string[] = [];
    return [...statesOf(folder.path, wrong, "now"), ...wrong];
  };
  return { path: folder.path, home, apply, states, [Symbol.dispose]: folder[Symbol.dispose] };
}

function give(path: string): void {
  chownSync(path, nobody, nobody);
  if (!statSync(path).isDirectory()) return;
  for (const name of readdirSync(path)) give(join(path, name));
}

const allOld = ["old", "old", "old", "old"];
const allNew = ["new", "new", "new", "new"];

describe.runIf(process.getuid?.() === 0)("as an unprivileged user", () => {
  it.each([
    ["a file that may not be read", "claude.json", 0o600],
    ["a file that may be read only", "claude.json", 0o644],
    ["a folder that may not be written", "dotfiles", 0o755],
    ["a folder that may not be entered", "dotfiles", 0o700],
  ])("DATA-02 %s is named, and no file is changed", async (_, name, mode) => {
    using files = scratch();
    const path = join(files.path, name);
    const before = statSync(path).mode & 0o777;
    chownSync(path, 0, 0);
    chmodSync(path, mode);
    const { code, said, stderr } = await files.apply();
    const named = name === "dotfiles" ? join(files.path, "config.toml") : path;
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    expect(said.startsWith(`UserError: ${named} cannot be read or written: no permission for it or for its folder. Check the permissions, then run it again.`)).toBe(true);
    give(path);
    chmodSync(path, before);
    expect(files.states()).toEqual(allOld);
    expect([existsSync(join(files.path, "codex")), listChanges(files.home)]).toEqual([false, []]);
    expect([(await files.apply()).code, files.states()]).toEqual([0, allNew]);
  });

  it("CHANGE-02 without a place for the backup no file is changed", async () => {
    using files = scratch();
    mkdirSync(join(files.home, "backups"), { recursive: true });
    const { code, said } = await files.apply();
    expect({ code, said }).toEqual({ code: 1, said: `UserError: ${join(files.home, "backups/.change.lock")} cannot be read or written: no permission for it or for its folder. Check the permissions, then run it again.` });
    expect(files.states()).toEqual(allOld);
  });

  it("CHANGE-02 an old backup of another user, which cannot be removed, stops nothing", async () => {
    using files = scratch();
    const backups = join(files.home, "backups");
    mkdirSync(backups, { recursive: true });
    give(files.home);
    const manifest = JSON.stringify({ version: 1, time: 0, what: "setup", locks: [], folders: [], files: [] });
    const names = ["2026-01-01T00-00-00-000Z-setup.part", ...Array.from({ length: 20 }, (_, n) => `2026-01-02T00-00-00-0${n + 10}Z-setup`)];
    for (const name of names) {
      mkdirSync(join(backups, name));
      writeFileSync(join(backups, name, "manifest.json"), manifest);
    }
    expect(await files.apply()).toMatchObject({ code: 0, stderr: "" });
    expect(files.states()).toEqual(allNew);
  });

  it("DATA-02 the administrator's change leaves a file to its owner", async () => {
    using files = scratch();
    const { edits } = fixture(files.path);
    await applyChanges(files.home, planChanges(edits), { what: "setup" });
    const target = join(files.path, "dotfiles/codex.toml");
    expect([target, join(files.path, "claude.json")].map((path) => [statSync(path).uid, statSync(path).gid])).toEqual([[nobody, nobody], [nobody, nobody]]);
    expect([readFileSync(target, "utf8").includes("mcp_servers"), statSync(dirname(target)).uid]).toEqual([true, nobody]);
  });
});
