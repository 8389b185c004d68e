import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { describe, expect, it } from "vitest";
import { readAllowedFile } from "./read-file.ts";

const { signal } = new AbortController();

describe("readAllowedFile", () => {
  it("reads a file below an allowed folder, by path and by address", async () => {
    using home = house();
    const path = join(home.notes, "a b.md");
    writeFileSync(path, "hello");
    for (const target of [path, pathToFileURL(path).href, `${home.notes}/../notes/a b.md`]) {
      const read = await readAllowedFile(target, home.options);
      expect({ ...read, bytes: read.bytes.toString() }).toEqual({ path, bytes: "hello" });
    }
  });

  it("names the setting when no folder is allowed", async () => {
    await expect(readAllowedFile("/etc/hostname", { folders: [], maxBytes: 10, signal })).rejects.toThrow(/kb\.capture\.folders in paios\.json/);
  });

  it("refuses what is outside, directly, by a link or by a folder with the same beginning, and tells nothing of what is there", async () => {
    using home = house();
    mkdirSync(`${home.notes}-private`);
    writeFileSync(`${home.notes}-private/a.md`, "secret");
    writeFileSync(join(home.path, "secret.md"), "secret");
    symlinkSync(join(home.path, "secret.md"), join(home.notes, "link.md"));
    symlinkSync(home.path, join(home.notes, "folder"));
    const targets = [join(home.path, "secret.md"), `${home.notes}-private/a.md`, join(home.notes, "link.md"), join(home.notes, "folder", "secret.md"), join(home.notes, "..", "secret.md"), "/etc/passwd", "/no/such/file", home.notes];
    expect(await Promise.all(targets.map((target) => code(readAllowedFile(target, home.options))))).toEqual(targets.map(() => "refused"));
  });

  it("follows a link that stays inside, and an allowed folder that is a link", async () => {
    using home = house();
    writeFileSync(join(home.notes, "a.md"), "hello");
    symlinkSync(join(home.notes, "a.md"), join(home.notes, "link.md"));
    symlinkSync(home.notes, join(home.path, "alias"));
    const options = { ...home.options, folders: [join(home.path, "alias")] };
    for (const target of [join(home.notes, "link.md"), join(home.path, "alias", "a.md")]) expect((await readAllowedFile(target, options)).path).toBe(join(home.notes, "a.md"));
  });

  it("takes regular files only, and does not wait for a fifo's writer", async () => {
    using home = house();
    execFileSync("mkfifo", [join(home.notes, "fifo")]);
    mkdirSync(join(home.notes, "inner"));
    const started = Date.now();
    for (const name of ["fifo", "inner"]) expect(await code(readAllowedFile(join(home.notes, name), home.options))).toBe("refused");
    expect(await code(readAllowedFile("/dev/zero", { ...home.options, folders: ["/dev"] }))).toBe("refused");
    expect(Date.now() - started).toBeLessThan(1_000);
  });

  it("refuses a file over the limit by its size, before it reads", async () => {
    using home = house();
    const path = join(home.notes, "large.txt");
    writeFileSync(path, "");
    truncateSync(path, 50_000_000_000);
    expect(await code(readAllowedFile(path, home.options))).toBe("too_large");
  });

  it("tells missing files, endless links and nonsense apart", async () => {
    using home = house();
    symlinkSync(join(home.notes, "round"), join(home.notes, "round"));
    const targets = [join(home.notes, "none.md"), join(home.notes, "round"), "notes.md", "~/notes.md", "file://server/a.md", "file:///%2f", `${home.notes}/a\0b`];
    expect(await Promise.all(targets.map((target) => code(readAllowedFile(target, home.options))))).toEqual(["not_found", "refused", "bad_input", "bad_input", "bad_input", "bad_input", "bad_input"]);
  });
});

function house() {
  const folder = temporaryFolder();
  const notes = join(folder.path, "notes");
  mkdirSync(notes);
  return { ...folder, notes, options: { folders: [notes], maxBytes: 1_000_000, signal } };
}

async function code(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "read";
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : String(error);
  }
}
