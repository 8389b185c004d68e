import { execFileSync } from "node:child_process";
import { mkdirSync, realpathSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { changedLast } from "./git-index.ts";
import { placeOf, recentWork, whereabouts } from "./project.ts";

let scratch: ReturnType<typeof temporaryFolder>;
let home: string;

beforeEach(() => {
  scratch = temporaryFolder();
  home = join(realpathSync(scratch.path), "ada");
  mkdirSync(home);
});

afterEach(() => scratch[Symbol.dispose]());

const at = (cwd: string) => whereabouts(cwd, { HOME: home });

function git(folder: string, ...args: string[]): void {
  execFileSync("git", ["-C", folder, "-c", "user.name=Ada", "-c", "user.email=ada@example.com", ...args], { stdio: "ignore" });
}

function repository(name: string, remote?: string, ...init: string[]): string {
  const folder = join(home, "src", name);
  mkdirSync(folder, { recursive: true });
  git(folder, "init", "-b", "main", ...init);
  if (remote) git(folder, "remote", "add", "origin", remote);
  return folder;
}

function commit(folder: string, subject: string): void {
  git(folder, "add", "-A");
  git(folder, "commit", "--allow-empty", "-m", subject);
}

describe("a remote's address", () => {
  it.each([
    "git@github.com:ada/shop.git", "https://github.com/ada/shop.git", "https://github.com/ada/shop", "https://github.com/ada/shop/", "ssh://git@github.com/ada/shop.git", "ssh://git@github.com:2222/ada/shop.git", "git://github.com/ada/shop.git",
    "https://ada@github.com/ada/shop.git", "https://ada:secret@github.com/ada/shop.git", "https://ada:se@cret@github.com/ada/shop.git", "https://ada:se/cret@github.com/ada/shop.git", "https://x-access-token:ghs_secret@github.com:443/ada/shop", "github.com:ada/shop.git", "HTTPS://ada:secret@github.com/ada/shop",
  ])("%s is its place, and no password is in it", (url) => {
    expect(placeOf(url)).toBe("github.com/ada/shop");
  });

  it.each([["/srv/git/shop.git", "/srv/git/shop"], ["file:///srv/git/shop.git", "/srv/git/shop"], ["../shop.git", "../shop"], ["", ""]])("%s is %s", (url, place) => {
    expect(placeOf(url)).toBe(place);
  });

  it("is read from git's own file as git writes it", () => {
    const folder = repository("shop", "https://ada:secret@github.com/ada/shop-api.git");
    expect(at(folder)).toEqual({ project: "shop-api", remote: "github.com/ada/shop-api", folder, branch: "main", here: folder });
    git(folder, "remote", "rename", "origin", "upstream");
    expect(at(folder).remote).toBe("github.com/ada/shop-api");
    git(folder, "remote", "add", "origin", "git@github.com:eve/fork.git");
    expect(at(folder)).toMatchObject({ project: "fork", remote: "github.com/eve/fork" });
  });
});

describe("where a session is", () => {
  it("in a subfolder, and by a link, is the repository", () => {
    const folder = repository("shop");
    const here = join(folder, "a", "b");
    mkdirSync(here, { recursive: true });
    expect(at(here)).toEqual({ project: "shop", remote: "", folder, branch: "main", here });
    symlinkSync(here, join(home, "link"));
    expect(at(join(home, "link"))).toEqual(at(here));
  });

  it("in a worktree is the same project on its own branch, also without a remote", () => {
    const folder = repository("shop");
    commit(folder, "Start");
    git(folder, "worktree", "add", "-b", "retry", join(home, "retry"));
    expect(at(join(home, "retry"))).toEqual({ project: "shop", remote: folder, folder: join(home, "retry"), branch: "retry", here: join(home, "retry") });
    git(folder, "remote", "add", "origin", "git@github.com:ada/shop-api.git");
    expect(at(join(home, "retry"))).toMatchObject({ project: "shop-api", remote: "github.com/ada/shop-api", branch: "retry" });
    expect(recentWork(join(home, "retry")).commits).toEqual([]);
    commit(join(home, "retry"), "Retry");
    expect(recentWork(join(home, "retry")).commits).toEqual(["Retry"]);
  });

  it("in a submodule is the submodule", () => {
    const inner = repository("inner", "git@github.com:ada/inner.git");
    commit(inner, "Start");
    const outer = repository("outer");
    git(outer, "-c", "protocol.file.allow=always", "submodule", "add", inner, "inner");
    expect(at(join(outer, "inner"))).toMatchObject({ project: "inner", folder: join(outer, "inner") });
  });

  it("on a detached HEAD has no branch", () => {
    const folder = repository("shop");
    commit(folder, "Start");
    git(folder, "checkout", "--detach");
    expect(at(folder)).toMatchObject({ project: "shop", branch: "" });
  });

  it("without git is its folder", () => {
    const folder = join(home, "notes");
    mkdirSync(folder);
    expect(at(folder)).toEqual({ project: "notes", remote: "", folder, branch: "", here: folder });
    expect(recentWork(folder)).toEqual({ commits: [], files: [] });
  });

  it("where everything lies is no project, and neither is a repository around it all one of what lies in it", () => {
    for (const folder of ["/", "/tmp", tmpdir(), home, join(home, "Downloads")]) {
      mkdirSync(folder, { recursive: true });
      expect(at(folder).project, folder).toBe("");
    }
    git(home, "init");
    mkdirSync(join(home, "notes"));
    expect(at(home).project).toBe("");
    expect(at(join(home, "notes"))).toMatchObject({ project: "notes", folder: join(home, "notes") });
    expect(whereabouts(homedir(), {}).project).toBe("");
  });

  it("in a folder that is gone is no project, but still that folder, which may be excluded", () => {
    expect(at("/home/nobody/secret/../gone")).toEqual({ project: "", remote: "", folder: "/home/nobody/gone", branch: "", here: "/home/nobody/gone" });
    expect(at("")).toEqual({ project: "", remote: "", folder: "", branch: "", here: "" });
    expect(at("relative/gone").folder).toBe("");
    const folder = repository("shop");
    expect(at(join(folder, "gone"))).toMatchObject({ project: "shop", folder });
  });

  it.each<[string, (dot: string) => void]>([
    ["empty", (dot) => mkdirSync(dot)],
    ["a file of nonsense", (dot) => writeFileSync(dot, "\u0000nonsense")],
    ["a file that points nowhere", (dot) => writeFileSync(dot, "gitdir: /gone/too\n")],
    ["a link to itself", (dot) => symlinkSync(dot, dot)],
    ["a pipe", (dot) => execFileSync("mkfifo", [dot])],
    ["full of pipes", (dot) => {
      mkdirSync(join(dot, "logs"), { recursive: true });
      for (const name of ["HEAD", "config", "index", "logs/HEAD"]) execFileSync("mkfifo", [join(dot, name)]);
    }],
    ["full of folders", (dot) => {
      for (const name of ["HEAD", "config", "index", "logs/HEAD", "commondir"]) mkdirSync(join(dot, name), { recursive: true });
    }],
    ["endless", (dot) => {
      mkdirSync(join(dot, "logs"), { recursive: true });
      for (const name of ["HEAD", "config", "index", "logs/HEAD"]) symlinkSync("/dev/zero", join(dot, name));
    }],
  ])("INTEG-03 with a .git that is %s is a folder like any other, at once", (_name, make) => {
    const folder = join(home, "broken");
    mkdirSync(folder);
    make(join(folder, ".git"));
    expect(at(folder)).toMatchObject({ project: "broken", folder, branch: "" });
    expect(recentWork(folder)).toEqual({ commits: [], files: [] });
  });
});

describe("recent work", () => {
  it("is what was committed last, newest first, and not what else moved HEAD", () => {
    const folder = repository("shop");
    for (let n = 1; n <= 7; n++) commit(folder, `Commit ${n}`);
    git(folder, "checkout", "-b", "other");
    git(folder, "commit", "--amend", "--allow-empty", "-m", "Commit 7, better");
    expect(recentWork(folder).commits).toEqual(["Commit 7, better", "Commit 7", "Commit 6", "Commit 5", "Commit 4"]);
  });

  /** Twenty files that were checked out at once, and three that were changed since. */
  function worked(folder: string): void {
    for (let n = 0; n < 20; n++) {
      writeFileSync(join(folder, `old-${n}.ts`), "");
      utimesSync(join(folder, `old-${n}.ts`), 1_000_000, 1_000_000);
    }
    for (const [n, name] of ["first.ts", "ümlaut/second.ts", `${"deep/".repeat(40)}third.ts`].entries()) {
      mkdirSync(join(folder, name, ".."), { recursive: true });
      writeFileSync(join(folder, name), "");
      utimesSync(join(folder, name), 2_000_000 + n, 2_000_000 + n);
    }
    git(folder, "add", "-A");
  }

  it.each([["sha1", "2"], ["sha1", "3"], ["sha256", "2"]])("is the files that changed last, by an index with %s of version %s", (hash, version) => {
    const folder = repository("shop", undefined, `--object-format=${hash}`);
    git(folder, "config", "index.version", version);
    worked(folder);
    if (version === "3") {
      writeFileSync(join(folder, "later.ts"), "");
      utimesSync(join(folder, "later.ts"), 2_000_009, 2_000_009);
      git(folder, "add", "-N", "later.ts");
    }
    expect(recentWork(folder).files.filter((name) => name !== "later.ts")).toEqual([`${"deep/".repeat(40)}third.ts`, "ümlaut/second.ts", "first.ts"]);
  });

  it("is no files by an index of version 4, which is not read", () => {
    const folder = repository("shop");
    git(folder, "config", "index.version", "4");
    worked(folder);
    expect(recentWork(folder).files).toEqual([]);
  });

  it("names a file with a name of thousands of characters", () => {
    const folder = repository("shop");
    const name = `${`${"x".repeat(200)}/`.repeat(19)}${"y".repeat(200)}.ts`;
    const blob = execFileSync("git", ["-C", folder, "hash-object", "-w", "--stdin"], { input: "", encoding: "utf8" }).trim();
    expect(() => git(folder, "update-index", "--add", "--cacheinfo", `100644,${blob},${name}`)).not.toThrow();
    const long = `${"z/".repeat(2_100)}.ts`;
    git(folder, "update-index", "--add", "--cacheinfo", `100644,${blob},${long}`);
    expect(recentWork(folder).files.toSorted()).toEqual([name, long].toSorted());
  });

  it("INTEG-03 is nothing by an index that is none, and never takes long", () => {
    const path = join(home, "index");
    const entry = (flags: number, name: string) => Buffer.concat([Buffer.alloc(60), Buffer.from([flags >> 8, flags & 255]), Buffer.from(name)]);
    const index = (count: number, ...parts: Buffer[]) => {
      const head = Buffer.from("DIRC\0\0\0\u0002\0\0\0\0", "latin1");
      head.writeUInt32BE(count, 8);
      return Buffer.concat([head, ...parts]);
    };
    const cases = [Buffer.alloc(0), Buffer.from("DIRC"), Buffer.alloc(100_000), Buffer.from("nonsense ".repeat(1_000)), index(0xffff_ffff), index(0xffff_ffff, entry(0xfff, "x".repeat(5_000))), index(0xffff_ffff, Buffer.alloc(1_000_000)), index(2, entry(3, "abc\0\0\0\0\0\0\0"))];
    for (const bytes of cases) {
      writeFileSync(path, bytes);
      const started = performance.now();
      expect(changedLast(path, 12)).toEqual([]);
      expect(performance.now() - started).toBeLessThan(500);
    }
    rmSync(path);
    expect(changedLast(path, 12)).toEqual([]);
    expect(changedLast(home, 12)).toEqual([]);
  });
});
