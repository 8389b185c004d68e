import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { scratchEnvironment, temporaryFolder } from "@paios/shared/testing/temporary";
import { describe, expect, it } from "vitest";

const entry = join(import.meta.dirname, "../../apps/cli/dist/main.js");

describe("ai kb", () => {
  it("stores what a person types with trust person, finds, updates, forgets and brings back", () => {
    using home = temporaryFolder();
    const ai = terminal(home.path);
    const added = ai.json<{ id: number; trust: string; origin: string }>(["kb", "add", "Heater", "The greenhouse heater runs at 14 degrees.", "--project", "garden", "--tags", "Winter"]);
    expect(added).toMatchObject({ id: 1, trust: "person", origin: "person" });
    expect(ai.run(["kb", "search", "how", "warm", "is", "the", "greenhouse"])).toMatchObject({ status: 0, stdout: expect.stringMatching(/Heater[\s\S]*14 degrees[\s\S]*#1 · garden · from person[\s\S]*searched by words/) as string });
    expect(ai.run(["kb", "update", "1", "--text", "-"], "Now 15 degrees.")).toMatchObject({ status: 0, stdout: "Updated #1, now version 2\n" });
    expect(ai.run(["kb", "read", "1"]).stdout).toContain("Now 15 degrees.");
    expect(ai.run(["kb", "forget", "1"]).stdout).toMatch(/Forgot #1; until \d{4}-\d\d-\d\d: ai kb forget 1 --undo/);
    expect(ai.run(["kb", "search", "greenhouse"]).stdout).toContain("Nothing in the knowledge base fits");
    expect(ai.run(["kb", "forget", "1", "--undo"]).stdout).toBe("#1 is back\n");
    expect(ai.json(["kb", "status"])).toMatchObject({ articles: 1, mode: "keyword" });
  });

  it("imports a folder, again only what changed, and says what it left out", () => {
    using home = temporaryFolder();
    using notes = temporaryFolder();
    const ai = terminal(home.path);
    mkdirSync(join(notes.path, "sub"));
    writeFileSync(join(notes.path, "a.md"), "---\ntitle: First note\n---\n\nAlpha text about anchors.\n");
    writeFileSync(join(notes.path, "sub", "b.txt"), "Beta text about bells.");
    writeFileSync(join(notes.path, "c.pdf"), "%PDF-1.7\nnot a whole pdf");
    writeFileSync(join(notes.path, ".hidden.md"), "hidden");
    const first = ai.json<{ added: number; skipped: { path: string }[] }>(["kb", "import", notes.path, "--project", "notes"]);
    expect(first).toMatchObject({ files: 3, added: 2, skipped: [{ path: expect.stringMatching(/c\.pdf$/) as string }] });
    writeFileSync(join(notes.path, "a.md"), "---\ntitle: First note\n---\n\nAlpha text about anchors and chains.\n");
    expect(ai.json(["kb", "import", notes.path, "--project", "notes"])).toMatchObject({ added: 0, updated: 1, unchanged: 1 });
    expect(ai.json<{ results: { title: string }[] }>(["kb", "search", "chains"]).results).toMatchObject([{ title: "First note", trust: "person" }]);
  });

  it("KB-03 backs up, restores and exports", () => {
    using home = temporaryFolder();
    using folder = temporaryFolder();
    const ai = terminal(home.path);
    ai.run(["kb", "add", "Keep", "This stays in the backup."]);
    expect(ai.run(["kb", "backup"])).toMatchObject({ status: 0 });
    ai.run(["kb", "add", "Later", "This came after the backup."]);
    expect(ai.run(["kb", "restore"]).stdout).toMatch(/^Restored /);
    expect(ai.json(["kb", "list"])).toMatchObject({ articles: [{ title: "Keep" }] });
    expect(ai.json<unknown[]>(["kb", "backups"])).toHaveLength(2);
    expect(ai.json(["kb", "export", folder.path])).toMatchObject({ articles: 1 });
    const [file = ""] = readdirSync(join(folder.path, "no-project"));
    expect(readFileSync(join(folder.path, "no-project", file), "utf8")).toMatch(/^---\ntitle: "Keep"\n[\s\S]*trust: "person"\n[\s\S]*\n---\n\nThis stays in the backup\.$/);
  });

  it("says what is wrong with its exit code, in JSON too", () => {
    using home = temporaryFolder();
    const ai = terminal(home.path);
    expect(ai.run(["kb", "read", "7"])).toMatchObject({ status: 1, stderr: expect.stringContaining("There is no article 7") as string });
    expect(ai.run(["kb", "read", "seven"])).toMatchObject({ status: 2, stderr: expect.stringContaining("whole number") as string });
    expect(ai.run(["kb", "serach", "x"])).toMatchObject({ status: 2, stderr: expect.stringMatching(/unknown command 'serach'[\s\S]*search/) as string });
    expect(ai.run(["kb", "import", "/no/such/folder"])).toMatchObject({ status: 1, stderr: expect.stringContaining("is not there") as string });
    const failed = ai.run(["--json", "kb", "restore"]);
    expect([failed.status, JSON.parse(failed.stdout)]).toMatchObject([1, { error: { code: "not_found", message: expect.stringContaining("no backup") as string } }]);
    expect(ai.run(["--help"])).toMatchObject({ status: 0, stdout: expect.stringContaining("Examples:") as string });
    expect(ai.run(["kb", "search", "--help"])).toMatchObject({ status: 0, stdout: expect.stringContaining("--explain") as string });
  });

  it("reads settings with comments, and names a wrong key with file and line", () => {
    using home = temporaryFolder();
    const ai = terminal(home.path);
    mkdirSync(join(home.path, "paios"));
    writeFileSync(join(home.path, "paios", "paios.json"), '{\n  // mine\n  "kb": {\n    "purgeAfterDays": "soon",\n  },\n}\n');
    expect(ai.json<{ problems: string[] }>(["kb", "status"]).problems).toEqual([expect.stringMatching(/paios\.json:4: kb\.purgeAfterDays: .*defaults of "kb" are used/) as string]);
  });
});

function terminal(home: string) {
  const run = (args: readonly string[], input?: string) => spawnSync(process.execPath, [entry, ...args], { env: scratchEnvironment(home), encoding: "utf8", ...(input !== undefined && { input }) });
  return {
    run,
    json: <T = unknown>(args: readonly string[]): T => {
      const { stdout, stderr } = run(["--json", ...args]);
      if (!stdout) throw new Error(stderr);
      return JSON.parse(stdout) as T;
    },
  };
}
