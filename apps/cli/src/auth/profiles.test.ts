import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { listChanges } from "@paios/shared/change";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { describe, expect, it } from "vitest";
import { listProfiles, profilesPath, removeProfile, storeProfile } from "./profiles.ts";

const secret = "sk-test-0123456789-never-shown";

describe("credentials", () => {
  it("DATA-07 are stored, replaced, listed without their values, and removed", async () => {
    using home = temporaryFolder();
    expect(listProfiles(home.path)).toEqual([]);
    expect(await storeProfile(home.path, "mail", { key: secret })).toMatchObject({ replaced: false });
    expect(await storeProfile(home.path, "embeddings", { key: "abc", provider: "acme", expires: "2027-01-31" })).toMatchObject({ replaced: false });
    expect(await storeProfile(home.path, "embeddings", { key: "abcd" })).toMatchObject({ replaced: true });
    expect(listProfiles(home.path)).toEqual([{ name: "embeddings", provider: "acme", expires: "2027-01-31", characters: 4 }, { name: "mail", characters: secret.length }]);
    await removeProfile(home.path, "mail");
    expect(stored(home.path)).toEqual({ profiles: { embeddings: { key: "abcd", provider: "acme", expires: "2027-01-31" } } });
    await expect(removeProfile(home.path, "mail")).rejects.toMatchObject({ code: "not_found" });
  });

  it("DATA-07 are their owner's alone: the file, its backups and their folders", async () => {
    using home = temporaryFolder();
    await storeProfile(home.path, "one", { key: secret });
    const { backup = "" } = await storeProfile(home.path, "two", { key: secret });
    const modes = [profilesPath(home.path), backup, ...readdirSync(backup).map((name) => join(backup, name))].map((path) => statSync(path).mode & 0o777);
    expect(modes).toEqual([0o600, 0o700, 0o600, 0o600]);
  });

  it("DATA-07 close a file that others could read before a key is in it, behind a link too", async () => {
    using home = temporaryFolder();
    using elsewhere = temporaryFolder();
    const real = join(elsewhere.path, "keys.json");
    writeFileSync(real, "{}");
    chmodSync(real, 0o644);
    symlinkSync(real, profilesPath(home.path));
    // While somebody else changes files it waits: then nothing of the key is there yet.
    mkdirSync(join(home.path, "backups/.change.lock"), { recursive: true });
    const storing = storeProfile(home.path, "mine", { key: secret });
    const meanwhile = [statSync(real).mode & 0o777, readFileSync(real, "utf8")];
    rmdirSync(join(home.path, "backups/.change.lock"));
    await storing;
    expect([meanwhile, statSync(real).mode & 0o777, readFileSync(real, "utf8").includes(secret)]).toEqual([[0o600, "{}"], 0o600, true]);
  });

  it("DATA-07 keep the fields that others wrote", async () => {
    using home = temporaryFolder();
    writeFileSync(profilesPath(home.path), JSON.stringify({ version: 3, profiles: { other: { type: "oauth", key: 7, expires: 1, provider: { secret } }, mine: { key: "old", note: "n" } }, order: ["other"] }));
    expect(listProfiles(home.path)).toEqual([{ name: "mine", characters: 3 }, { name: "other", characters: 1 }]);
    await storeProfile(home.path, "mine", { key: "new" });
    await storeProfile(home.path, "gone", { key: "x" });
    await removeProfile(home.path, "gone");
    expect(stored(home.path)).toEqual({ version: 3, profiles: { other: { type: "oauth", key: 7, expires: 1, provider: { secret } }, mine: { key: "new", note: "n" } }, order: ["other"] });
  });

  it.each(["", " ", "a b", "a/b", "../a", "a\nb", "ä", "x".repeat(101)])("refuse the name %j", async (name) => {
    using home = temporaryFolder();
    await expect(storeProfile(home.path, name, { key: secret })).rejects.toMatchObject({ code: "bad_input" });
    expect(readdirSync(home.path)).toEqual([]);
  });

  it.each(["__proto__", "constructor", "a:b@c.d-e_f"])("take the name %s as any other", async (name) => {
    using home = temporaryFolder();
    expect(await storeProfile(home.path, name, { key: "abc" })).toMatchObject({ replaced: false });
    expect(await storeProfile(home.path, name, { key: "abcd" })).toMatchObject({ replaced: true });
    expect(listProfiles(home.path)).toEqual([{ name, characters: 4 }]);
    await removeProfile(home.path, name);
    expect(listProfiles(home.path)).toEqual([]);
  });

  it.each(["", "a\nb", "a\rb", "a\u001B[2Jb", "a\u0000b", "a\u007Fb", "a\u009Bb"])("DATA-07 refuse the key %j without repeating it", async (part) => {
    using home = temporaryFolder();
    const error = await storeProfile(home.path, "mine", { key: part && `${secret}${part}` }).catch((reason: unknown) => reason);
    expect([error, String(error).includes("sk-test"), readdirSync(home.path)]).toEqual([expect.objectContaining({ code: "bad_input" }), false, []]);
  });

  it("refuse a date that is none", async () => {
    using home = temporaryFolder();
    await expect(storeProfile(home.path, "mine", { key: secret, expires: "soon" })).rejects.toMatchObject({ code: "bad_input" });
  });

  it("DATA-07 that two processes store at once are all there, each change with its backup", async () => {
    using home = temporaryFolder();
    const child = join(import.meta.dirname, "store-child.ts");
    await Promise.all(["one", "two"].map((word) => promisify(execFile)(process.execPath, [child, home.path, word])));
    const names = ["one", "two"].flatMap((word) => [0, 1, 2, 3, 4].map((n) => `${word}-${n}`));
    expect([listProfiles(home.path).map(({ name }) => name), listChanges(home.path).length]).toEqual([names, 10]);
  });

  it.each([`{"profiles": {"mine": {"key": "${secret}"`, `{"profiles": ["${secret}"]}`, `{"profiles": {"mine": "${secret}"}}`, `"${secret}"`, "null"])("DATA-07 in a damaged file give an error without its content: %#", async (text) => {
    using home = temporaryFolder();
    writeFileSync(profilesPath(home.path), text);
    const errors = [await storeProfile(home.path, "new", { key: "x" }).catch(String), await removeProfile(home.path, "mine").catch(String), caught(() => listProfiles(home.path))];
    expect(errors).toEqual(errors.map(() => `UserError: ${profilesPath(home.path)} is not {"profiles": {"name": {"key": …}}}. Correct it, or move it away and enter the credentials again.`));
    expect(readFileSync(profilesPath(home.path), "utf8")).toBe(text);
  });
});

function stored(home: string): unknown {
  return JSON.parse(readFileSync(profilesPath(home), "utf8"));
}

function caught(work: () => unknown): string {
  try {
    return `no error: ${JSON.stringify(work())}`;
  } catch (error) {
    return String(error);
  }
}
