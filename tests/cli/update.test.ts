import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import Database from "better-sqlite3";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { terminal } from "./terminal.ts";

const repository = fileURLToPath(new URL("../../", import.meta.url));
const sources = { server: "packages/kb-server/src/server.ts", schema: "packages/kb-server/src/store/schema.ts", program: "apps/cli/src/program.ts" };
const word = "At once: ";

interface Updated {
  id?: string;
  files: number;
  schemas: { database: string; before: number; after: number }[];
  setup?: unknown;
}

describe("ai update, in a copy of the repository", () => {
  const folder = temporaryFolder();
  afterAll(() => folder[Symbol.dispose]());
  const copy = join(folder.path, "repository");
  const scratch = join(folder.path, "ada");
  const home = join(scratch, "paios");
  const ai = terminal(scratch, { PATH: "/usr/bin:/bin" }, join(copy, "apps/cli/dist/main.js"));
  const article = () => ai.run(["kb", "read", "1"]);
  const schema = () => versionOf(join(home, "kb.sqlite"));
  const undo: (() => void)[] = [];
  afterEach(() => {
    for (const each of undo.splice(0)) each();
  });
  const edit = (path: string, from: string | RegExp, to: string) => {
    const text = readFileSync(join(copy, path), "utf8");
    const next = text.replace(from, to);
    if (next === text) throw new Error(`${path} has no ${String(from)}`);
    writeFileSync(join(copy, path), next);
    undo.push(() => writeFileSync(join(copy, path), text));
  };
  const migrated = () => edit(sources.schema, /\];\s*$/, "  `CREATE TABLE brought_by_update (x INTEGER) STRICT;`,\n];\n");
  const failing = () => edit(sources.server, "const kb = openKb(home);", "const kb = openKb(home);\n    if (kb) throw new Error(\"no\");");
  let known: number;
  let first: string;

  beforeAll(() => {
    copyRepository(copy);
    mkdirSync(scratch);
    // The build of the copy is that of its source, whatever was built last.
    const { status, stderr } = ai.run(["update", "--no-install"]);
    if (status !== 0) throw new Error(stderr);
    ai.run(["kb", "add", "Heater", "The greenhouse heater runs at 14 degrees."]);
    known = schema();
    first = built(copy);
  });

  it("UNIF-06 says that nothing is new, and changes nothing", () => {
    const updated = ai.run(["update", "--no-install"]);
    expect([updated.status, updated.stdout.split("\n")[0], built(copy) === first]).toEqual([0, "✔ The build is that of this source already.", true]);
  });

  it("UNIF-06 builds, migrates with a copy and keeps what is stored; a rollback puts the build and the database back", () => {
    const start = describedAs("kb_status").slice(0, 20);
    migrated();
    // What the rollback itself loads late gets another name by this, and is gone with it.
    edit("apps/cli/src/update/schemas.ts", /const timeoutMs = [\d_]+/, "const timeoutMs = 31_000");
    for (const file of ["tools.json", "src/tools/kb_status.ts"]) edit(`packages/kb-server/${file}`, start, `${word}${start}`);
    const updated = ai.json<Updated>(["update", "--no-install"]);
    expect(updated.schemas).toContainEqual({ database: "kb.sqlite", before: known, after: known + 1 });
    expect(updated.schemas.filter(({ before, after }) => before !== after)).toHaveLength(1);
    expect([readFileSync(join(copy, "packages/kb-server/dist/main.js"), "utf8").includes(word), schema(), article().stdout.includes("14 degrees")]).toEqual([true, known + 1, true]);
    const { changes, databases } = ai.json<{ changes: { id: string; what: string }[]; databases: { path: string }[] }>(["backups"]);
    expect([changes[0], databases.some(({ path }) => path.includes(`-before-schema-${known + 1}/`) && versionOf(path) === known)]).toEqual([expect.objectContaining({ id: updated.id, what: "update" }), true]);

    const { id = "" } = updated;
    expect(ai.run(["rollback", id, "--yes"])).toMatchObject({ status: 0, stdout: expect.stringMatching(new RegExp(`kb\\.sqlite was migrated by the update and is too new for this version\\. Next: ai rollback ${id} --databases\\n`)) as string });
    expect([built(copy), article()]).toEqual([first, { status: 1, stdout: "", stderr: expect.stringContaining("was written by a newer PAIOS") as string }]);
    expect(ai.run(["rollback", id, "--databases", "--yes"])).toMatchObject({ status: 0, stdout: expect.stringMatching(/Put back .*kb\.sqlite from .*-before-schema-/) as string });
    expect([built(copy), schema(), article().stdout.includes("14 degrees")]).toEqual([first, known, true]);
  });

  it("UNIF-06 puts everything back, the database too, when a new server fails after it migrated", () => {
    migrated();
    failing();
    const before = ai.json<{ changes: unknown[] }>(["backups"]).changes;
    const failed = ai.run(["update", "--no-install"]);
    expect(failed).toMatchObject({ status: 1, stdout: "", stderr: expect.stringMatching(/The new kb server does not work: .*All was undone: /s) as string });
    expect([built(copy), schema(), article().stdout.includes("14 degrees"), ai.json<{ changes: unknown[] }>(["backups"]).changes]).toEqual([first, known, true, before]);
    // It was migrated: the copy of that is there.
    expect(readdirSync(join(home, "backups")).filter((name) => name.endsWith("-kb-before-rollback")).map((name) => versionOf(join(home, "backups", name, "kb.sqlite")))).toContain(known + 1);
    expect(readdirSync(join(copy, "packages/kb-server"))).not.toContain("dist.next");
  });

  it("UNIF-06 leaves no database behind that the former build cannot open, where there was none", () => {
    using other = temporaryFolder();
    migrated();
    failing();
    const fresh = terminal(other.path, { PATH: "/usr/bin:/bin" }, join(copy, "apps/cli/dist/main.js"));
    const failed = fresh.run(["update", "--no-install"]);
    expect([failed.status, existsSync(join(other.path, "paios/kb.sqlite")), built(copy), fresh.run(["kb", "add", "First", "note"]).status]).toEqual([1, false, first, 0]);
  });

  it("UNIF-06 puts everything back when the new command does not start, for without it there is no rollback", () => {
    edit(sources.program, "const help = `", "throw new Error(\"no\");\nconst help = `");
    const failed = ai.run(["update", "--no-install"]);
    expect([failed.status, failed.stderr.includes("The new ai command does not start"), built(copy), article().status]).toEqual([1, true, first, 0]);
  });

  it("UNIF-06 changes nothing when the source does not build, and shows why", () => {
    edit(sources.server, "export default", "export default default");
    const failed = ai.run(["update", "--no-install"]);
    expect([failed.status, /server\.ts:\d+/.test(failed.stderr), failed.stderr.includes("its message is above"), built(copy), article().status]).toEqual([1, true, true, first, 0]);
    expect(readdirSync(join(copy, "packages/kb-server"))).not.toContain("dist.next");
  });
});

/** With its present builds, and node_modules as links: a package's own lead to this copy's packages. */
function copyRepository(copy: string): void {
  const left = new Set([".git", ".turbo", "tests", "bench", "docs"]);
  const root = join(repository, "node_modules");
  cpSync(repository, copy, { recursive: true, verbatimSymlinks: true, filter: (path) => !left.has(basename(path)) && path !== root });
  symlinkSync(root, join(copy, "node_modules"));
  for (const group of ["packages", "apps"]) for (const name of readdirSync(join(copy, group))) rmSync(join(copy, group, name, "dist.next"), { recursive: true, force: true });
}

function describedAs(tool: string): string {
  const tools = JSON.parse(readFileSync(join(repository, "packages/kb-server/tools.json"), "utf8")) as { name: string; description: string }[];
  return tools.find(({ name }) => name === tool)?.description ?? "";
}

/** One hash over the built files that are there, by path. */
function built(copy: string): string {
  const hash = createHash("sha256");
  for (const group of ["packages", "apps"]) {
    for (const name of readdirSync(join(copy, group)).sort()) {
      const dist = join(copy, group, name, "dist");
      for (const file of existsSync(dist) ? readdirSync(dist).sort() : []) hash.update(`${name}/${file}\n`).update(readFileSync(join(dist, file)));
    }
  }
  return hash.digest("hex");
}

function versionOf(path: string): number {
  const database = new Database(path, { readonly: true });
  try {
    return Number(database.pragma("user_version", { simple: true }));
  } finally {
    database.close();
  }
}
