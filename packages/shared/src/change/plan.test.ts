import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { UserError } from "../errors.ts";
import { temporaryFolder } from "../testing/temporary.ts";
import { applyChanges, type Edit, planChanges } from "./change.ts";

/** One file with this content, and the only file of a plan for it. */
function withFile(content: string | Buffer): { path: string; folder: string; [Symbol.dispose]: () => void } {
  const folder = temporaryFolder();
  const path = join(folder.path, "config.toml");
  writeFileSync(path, content);
  chmodSync(path, 0o640);
  return { path, folder: folder.path, [Symbol.dispose]: folder[Symbol.dispose] };
}

const append = (path: string, text: string): Edit => ({ path, compute: (present = "") => present + text });

it("CHANGE-01 a plan has the texts, the mode and the diff of what differs, and writes nothing", () => {
  using file = withFile("model = 'x'\n");
  const fresh = join(file.folder, "new/AGENTS.md");
  expect(planChanges([append(file.path, ""), append(fresh, "# PAIOS\n")])).toEqual({
    changes: [{ path: fresh, realPath: fresh, before: undefined, after: "# PAIOS\n", hash: "", mode: 0o600, diff: `--- /dev/null\n+++ ${fresh}\n@@ -0,0 +1,1 @@\n+# PAIOS\n` }],
    unchanged: [file.path],
  });
  expect(planChanges([append(file.path, "a = 1\n")]).changes[0]).toMatchObject({ before: "model = 'x'\n", after: "model = 'x'\na = 1\n", mode: 0o640 });
  expect(readdirSync(file.folder)).toEqual(["config.toml"]);
  expect(readFileSync(file.path, "utf8")).toBe("model = 'x'\n");
});

it("CHANGE-01 a file that is not valid is refused with its line, before any of the files is changed", () => {
  using file = withFile("model = 'x'\n[broken\n");
  const refusal = new UserError("config", `${file.path}:2: no closing bracket. Mend it, then run it again.`);
  const validate = (text: string) => {
    const line = text.split("\n").findIndex((each) => each.startsWith("[") && !each.endsWith("]"));
    if (line >= 0) throw refusal;
  };
  expect(() => planChanges([append(join(file.folder, "other"), "x"), { ...append(file.path, "a\n"), validate }])).toThrow(refusal);
  expect(readdirSync(file.folder)).toEqual(["config.toml"]);
});

it("CHANGE-01 a computed text that is not valid is a defect of ours, not the person's", () => {
  using file = withFile("{}");
  const validate = (text: string) => void JSON.parse(text);
  const planning = () => planChanges([{ path: file.path, compute: () => "{", validate }]);
  expect(planning).toThrow(`The new text of ${file.path} is not valid`);
  expect(planning).not.toThrow(UserError);
});

it("a byte order mark and CRLF are kept byte for byte, and compute and validate see no mark", async () => {
  using file = withFile("\uFEFFa = 1\r\nb = 2\r\n");
  const seen: string[] = [];
  const see = (text: string) => void seen.push(text);
  const planned = planChanges([{ path: file.path, compute: (text = "") => text.replace("b = 2", "b = 3"), validate: see }]);
  await applyChanges(join(file.folder, "home"), planned, { what: "test" });
  expect(seen).toEqual(["a = 1\r\nb = 2\r\n", "a = 1\r\nb = 3\r\n"]);
  expect(readFileSync(file.path)).toEqual(Buffer.from("\uFEFFa = 1\r\nb = 3\r\n"));
});

it("a file that is not UTF-8 is refused with the line", () => {
  using file = withFile(Buffer.concat([Buffer.from("a = 'ü'\nb = '"), Buffer.from([0xfc]), Buffer.from("'\n")]));
  expect(() => planChanges([append(file.path, "x")])).toThrow(new UserError("config", `${file.path}:2: not UTF-8 text. Save the file as UTF-8, then run it again.`));
});

it("edits of one file go one after the other, also by different links", () => {
  using file = withFile("a\n");
  const link = join(file.folder, "link");
  symlinkSync("config.toml", link);
  const { changes } = planChanges([append(file.path, "b\n"), append(link, "c\n")]);
  expect(changes.map(({ path, realPath, before, after }) => ({ path, realPath, before, after }))).toEqual([{ path: file.path, realPath: file.path, before: "a\n", after: "a\nb\nc\n" }]);
  expect(planChanges([append(file.path, "b"), { path: link, compute: () => "a\n" }])).toEqual({ changes: [], unchanged: [file.path] });
});

it("a link, a dangling one too, leads to the file that is changed; one that leads to itself is refused", () => {
  using file = withFile("a\n");
  const [link, dangling, round] = ["link", "dangling", "round"].map((name) => join(file.folder, name)) as [string, string, string];
  symlinkSync("config.toml", link);
  symlinkSync("not-there/yet.toml", dangling);
  symlinkSync("round", round);
  const paths = planChanges([append(link, "b"), append(dangling, "b")]).changes.map(({ path, realPath }) => ({ path, realPath }));
  expect(paths).toEqual([{ path: link, realPath: file.path }, { path: dangling, realPath: join(file.folder, "not-there/yet.toml") }]);
  expect(() => planChanges([append(round, "b")])).toThrow(new UserError("storage", `${round} is a link that leads to itself. Remove the link, then run it again.`));
});

it("a folder, and a file in a folder's place, are refused in words", () => {
  using file = withFile("a\n");
  mkdirSync(join(file.folder, "folder"));
  expect(() => planChanges([append(join(file.folder, "folder"), "b")])).toThrow(/folder is not an ordinary file\. Rename it/);
  expect(() => planChanges([append(join(file.path, "below"), "b")])).toThrow(/config\.toml\/below is a file, not a folder\. Rename it/);
});
