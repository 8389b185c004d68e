import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { describe, expect, it } from "vitest";
import { terminal } from "./terminal.ts";

const key = "sk-test-0123456789-never-shown";

interface Listed {
  changes: { id: string; what: string; files: string[]; rolledBack: boolean }[];
  databases: { path: string }[];
}

describe("ai auth", () => {
  it("DATA-07 takes a key from standard input, never shows it, lists and removes it", () => {
    using folder = temporaryFolder();
    const ai = terminal(folder.path);
    const path = join(folder.path, "paios/auth-profiles.json");
    const said = [
      ai.run(["auth"]),
      ai.run(["auth", "add", "embeddings", "--provider", "acme", "--expires", "2027-01-31"], `${key}\n`),
      ai.run(["auth"]),
      ai.run(["--json", "auth"]),
      ai.run(["--json", "auth", "add", "embeddings"], `${key}2`),
    ];
    expect(said.map(({ status, stderr }) => [status, stderr])).toEqual(said.map(() => [0, ""]));
    expect(said[0]?.stdout).toBe("No credential is stored. Next: ai auth add NAME\n");
    expect(said[1]?.stdout).toBe(`Stored embeddings in ${path}, readable by you alone\n`);
    expect(said[2]?.stdout).toBe("embeddings  30 characters  acme  until 2027-01-31\n");
    expect(JSON.parse(said[3]?.stdout ?? "")).toEqual([{ name: "embeddings", provider: "acme", expires: "2027-01-31", characters: 30 }]);
    expect(JSON.parse(said[4]?.stdout ?? "")).toEqual({ name: "embeddings", replaced: true, path });
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({ profiles: { embeddings: { key: `${key}2`, provider: "acme", expires: "2027-01-31" } } });
    expect([JSON.stringify(said).includes("sk-test"), statSync(path).mode & 0o777]).toEqual([false, 0o600]);
  });

  it("DATA-07 removes one only with a yes, and says where its copies are", () => {
    using folder = temporaryFolder();
    const ai = terminal(folder.path);
    ai.run(["auth", "add", "mine"], key);
    expect(ai.run(["auth", "remove", "mine"])).toMatchObject({ status: 2, stdout: "", stderr: expect.stringContaining("Add --yes to agree.") as string });
    expect(ai.json(["auth"])).toHaveLength(1);
    expect(ai.run(["auth", "remove", "mine", "--yes"])).toMatchObject({ status: 0, stdout: expect.stringMatching(/^Removed mine\nThe former file is in .*-auth, .*backups\/\*auth\n$/) as string });
    expect(ai.json(["auth"])).toEqual([]);
    expect(ai.run(["auth", "remove", "mine", "--yes"])).toMatchObject({ status: 1, stderr: expect.stringContaining('There is no credential "mine"') as string });
  });

  it.each([["mine", ""], ["mine", " \n"], ["mine", `${key}\n${key}`], ["../mine", key]])("DATA-07 refuses what is no name or key, without repeating it: %j %#", (name, input) => {
    using folder = temporaryFolder();
    const { status, stdout, stderr } = terminal(folder.path).run(["auth", "add", name], input);
    expect([status, stdout, stderr.startsWith("✘ "), stderr.includes("sk-test"), readdirSync(folder.path)]).toEqual([2, "", true, false, []]);
  });

  it("DATA-07 has a key in auth-profiles.json and its backups, and in nothing else that was written", () => {
    using folder = temporaryFolder();
    const ai = terminal(folder.path);
    ai.run(["auth", "add", "embeddings"], key);
    ai.run(["auth", "add", "second"], key);
    writeFileSync(join(folder.path, "paios/paios.json"), '{ "kb": { "embeddings": { "provider": "openai", "url": "http://127.0.0.1:9/v1", "model": "m", "profile": "embeddings" } }, "trace": { "arguments": true, "results": true } }');
    ai.run(["kb", "add", "Note", "Nothing secret."]);
    ai.run(["kb", "search", "secret"]);
    for (const args of [["auth"], ["doctor", "--no-probe"], ["backups"], ["kb", "status"], ["trace"], ["health"], ["auth", "remove", "second", "--yes"], ["rollback", "--yes"]]) expect(JSON.stringify(ai.run(args))).not.toContain("sk-test");
    const files = filesIn(folder.path);
    const found = files.filter((path) => readFileSync(path).includes("sk-test")).map((path) => relative(join(folder.path, "paios"), path));
    expect(found.filter((path) => !/^backups\/[\dTZ-]+-(rollback-)?auth\/0$/.test(path))).toEqual(["auth-profiles.json"]);
    expect([found.length, files.length > found.length + 3]).toEqual([4, true]);
  });
});

describe("ai backups and ai rollback", () => {
  it("CHANGE-04 puts back the newest change by default, then the one before, and lists them", () => {
    using folder = temporaryFolder();
    const ai = terminal(folder.path);
    expect(ai.run(["backups"]).stdout).toBe("Nothing was changed or copied yet.\n");
    expect(ai.run(["rollback", "--yes"])).toMatchObject({ status: 1, stderr: "✘ There is no change to roll back.\n" });
    const [one, two] = ["one", "two"].map((name) => change(ai, name));
    expect(ai.json<Listed>(["backups"]).changes).toMatchObject([{ id: two, what: "auth", rolledBack: false }, { id: one, rolledBack: false }]);
    expect(ai.run(["backups"]).stdout).toContain(`  ${two}\n      ${join(folder.path, "paios/auth-profiles.json")}\n`);
    expect(ai.run(["rollback", "--yes"]).stdout).toMatch(/^Put back:\n {2}.*auth-profiles\.json\nTo undo this: ai rollback \S+-rollback-auth\n$/);
    expect(names(ai)).toEqual(["one"]);
    ai.run(["rollback", "--yes"]);
    expect([names(ai), ai.json<Listed>(["backups"]).changes.map(({ rolledBack }) => rolledBack)]).toEqual([[], [false, false, true, true]]);
    expect(ai.run(["rollback", "--yes"]).status).toBe(1);
  });

  it("CHANGE-04 says what a rollback would do, and does it only with a yes", () => {
    using folder = temporaryFolder();
    const ai = terminal(folder.path);
    const id = change(ai, "one");
    expect(ai.run(["rollback", "--dry-run"])).toMatchObject({ status: 0, stdout: `Would put back ${id}:\n  ${join(folder.path, "paios/auth-profiles.json")}\n` });
    expect(ai.run(["rollback"])).toMatchObject({ status: 2, stderr: expect.stringContaining("--yes") as string });
    expect(ai.run(["--json", "rollback"])).toMatchObject({ status: 2 });
    expect(ai.run(["rollback", "2020-no-such", "--yes"])).toMatchObject({ status: 1, stderr: expect.stringContaining('no change "2020-no-such"') as string });
    expect([names(ai), ai.json<Listed>(["backups"]).changes.length]).toEqual([["one"], 1]);
  });

  it("CHANGE-04 by its id leaves alone what somebody changed since, unless forced, and can be undone itself", () => {
    using folder = temporaryFolder();
    const ai = terminal(folder.path);
    const path = join(folder.path, "paios/auth-profiles.json");
    const one = change(ai, "one");
    change(ai, "two");
    const present = readFileSync(path, "utf8");
    expect(ai.run(["rollback", one, "--yes"])).toMatchObject({ status: 1, stdout: expect.stringMatching(/^Every file is as it was already\.\nLeft alone, because somebody else changed them since.*\n {2}.*auth-profiles\.json\n$/) as string });
    expect(readFileSync(path, "utf8")).toBe(present);
    const { change: undo } = ai.json<{ change: string }>(["rollback", one, "--yes", "--force"]);
    expect(names(ai)).toEqual([]);
    expect(ai.run(["rollback", undo, "--yes"]).status).toBe(0);
    expect(readFileSync(path, "utf8")).toBe(present);
  });
});

function change(ai: ReturnType<typeof terminal>, name: string): string {
  expect(ai.run(["auth", "add", name], key).status).toBe(0);
  return ai.json<Listed>(["backups"]).changes[0]?.id ?? "";
}

function names(ai: ReturnType<typeof terminal>): string[] {
  return ai.json<{ name: string }[]>(["auth"]).map(({ name }) => name);
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [join(entry.parentPath, entry.name)] : []));
}
