import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { expect, it } from "vitest";
import { root } from "./environment.ts";

it("CHANGE-06 the pre-commit hook stops a type error and a floating promise, and lets clean code through", () => {
  using folder = scratchRepository();
  const file = join(folder.path, "packages/shared/src/example.ts");
  const outcomes = ["export const count: number = 1;\n", 'export const count: number = "one";\n', "export function late(): void {\n  Promise.reject(new Error());\n}\n"].map((code) => {
    writeFileSync(file, code);
    execFileSync("git", ["add", "-A"], { cwd: folder.path });
    const { status, stdout, stderr } = spawnSync("bash", [".githooks/pre-commit"], { cwd: folder.path, encoding: "utf8" });
    return { stopped: status !== 0, named: `${stdout}${stderr}`.includes("example.ts") };
  });
  expect(outcomes).toEqual([{ stopped: false, named: false }, { stopped: true, named: true }, { stopped: true, named: true }]);
});

it("CHANGE-07 the house rules stop a version that is not exact", () => {
  using folder = scratchRepository();
  const check = () => spawnSync(process.execPath, ["scripts/house-rules.ts"], { cwd: folder.path, encoding: "utf8" });
  expect(check()).toMatchObject({ status: 0, stderr: "" });
  const workspace = join(folder.path, "pnpm-workspace.yaml");
  writeFileSync(workspace, readFileSync(workspace, "utf8").replace(/^ {2}zod: .*$/m, "  zod: ^4.0.0"));
  expect(check()).toMatchObject({ status: 1, stderr: expect.stringContaining("zod: ^4.0.0 is not an exact version") as string });
});

it("new-tool makes a tool, its test and its entry, which pass the types and the test", { timeout: 60_000 }, () => {
  using folder = scratchRepository();
  const run = (command: string, ...args: string[]) => spawnSync(command, args, { cwd: folder.path, encoding: "utf8", env: { ...process.env, PATH: `${join(root, "node_modules/.bin")}:${process.env["PATH"]}` } });
  expect(run(process.execPath, "scripts/new-tool.ts", "kb_example")).toMatchObject({ status: 0, stdout: expect.stringContaining("and its test") as string });
  expect(run("tsc")).toMatchObject({ status: 0, stdout: "" });
  expect(run("vitest", "run", "--project", "unit", "kb_example")).toMatchObject({ status: 0 });
  expect(run(process.execPath, "scripts/new-tool.ts", "kb_example")).toMatchObject({ status: 1, stderr: expect.stringContaining("exists already") as string });
  expect(run(process.execPath, "scripts/new-tool.ts", "nosuch_tool")).toMatchObject({ status: 1, stderr: expect.stringContaining("not a tool name") as string });
});

/** The tracked files in a folder of their own, with this checkout's node_modules and what its last check left. */
function scratchRepository() {
  const folder = temporaryFolder("paios-rules-");
  const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { cwd: root, encoding: "utf8" }).split("\n").filter(Boolean);
  for (const file of files) cpSync(join(root, file), join(folder.path, file), { recursive: true });
  cpSync(join(root, ".cache"), join(folder.path, ".cache"), { recursive: true });
  const places = ["packages", "apps"].flatMap((parent) => readdirSync(join(root, parent)).map((name) => join(parent, name)));
  for (const place of ["", "infra", ...places]) {
    mkdirSync(join(folder.path, place), { recursive: true });
    symlinkSync(join(root, place, "node_modules"), join(folder.path, place, "node_modules"));
  }
  execFileSync("git", ["init", "--quiet"], { cwd: folder.path });
  execFileSync("git", ["add", "-A"], { cwd: folder.path });
  execFileSync("git", ["-c", "user.name=test", "-c", "user.email=test@localhost", "commit", "--quiet", "--no-verify", "-m", "start"], { cwd: folder.path });
  return folder;
}
