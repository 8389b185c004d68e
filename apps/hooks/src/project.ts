import { closeSync, existsSync, openSync, readFileSync, readSync, realpathSync, statSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import type { RecentWork, Whereabouts } from "@paios/kb-server/memory";
import { changedLast } from "./git-index.ts";

const logBytes = 16_384;
const commits = 5;
const files = 12;

/** Where a folder is, read from git's own files: starting `git` would take longer than all the rest. */
export function whereabouts(cwd: string, environment: Record<string, string | undefined>): Whereabouts {
  const here = real(cwd);
  const nowhere = { project: "", remote: "", folder: here, branch: "" };
  if (here === "") return nowhere;
  const root = findRoot(here, environment);
  if (root === undefined) return { ...nowhere, project: isPlace(here, environment) ? basename(here) : "" };
  const git = gitFolder(root);
  const remote = remoteOf(git.common);
  return { project: projectOf(root, remote), remote, folder: root, branch: branchOf(git.own) };
}

/** What was worked on in a folder that `whereabouts` found; nothing without git. */
export function recentWork(root: string): RecentWork {
  if (!existsSync(join(root, ".git"))) return { commits: [], files: [] };
  const { own } = gitFolder(root);
  return { commits: commitsOf(own), files: changedLast(join(own, "index"), files) };
}

/** A repository around everything, such as one of a home's dot files, is no project of what lies in it. */
function findRoot(from: string, environment: Record<string, string | undefined>): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const dot = statSync(join(folder, ".git"), { throwIfNoEntry: false });
    if (dot && (dot.isFile() || existsSync(join(folder, ".git", "HEAD"))) && isPlace(folder, environment)) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}

/** Of a worktree, `.git` is a file that says where its own folder is; branches and remotes are in the common one. */
function gitFolder(root: string): { own: string; common: string } {
  const dot = join(root, ".git");
  if (statSync(dot).isDirectory()) return { own: dot, common: dot };
  const own = resolve(root, /^gitdir: (.+)$/m.exec(read(dot))?.[1]?.trim() ?? ".git");
  const common = read(join(own, "commondir")).trim();
  return { own, common: common ? resolve(own, common) : own };
}

function remoteOf(git: string): string {
  const config = read(join(git, "config"));
  const section = /^\[remote "origin"\]([^[]*)/m.exec(config) ?? /^\[remote "[^"]*"\]([^[]*)/m.exec(config);
  return placeOf(/^\s*url\s*=\s*(\S+)/m.exec(section?.[1] ?? "")?.[1] ?? "");
}

/** `host/owner/name` of a remote's address, however it is written; what it may hold of a password is left out. */
export function placeOf(url: string): string {
  return url.replace(/^[a-z+]+:\/\/(?:[^@/]*@)?/i, "").replace(/^[^@/:]+@/, "").replace(":", "/").replace(/(?:\.git)?\/*$/, "");
}

/** What a project is called: by its remote, else by its folder; "" where everything lies. */
export function projectOf(root: string, remote: string): string {
  return basename(remote === "" ? root : remote);
}

function branchOf(git: string): string {
  return /^ref: refs\/heads\/(.+)$/m.exec(read(join(git, "HEAD")))?.[1]?.trim() ?? "";
}

/** Subjects of what was committed here last, newest first, from the end of the reflog. */
function commitsOf(git: string): string[] {
  const lines = tail(join(git, "logs", "HEAD")).split("\n");
  return lines.flatMap((line) => /\tcommit(?: \([\w ]+\))?: (.+)$/.exec(line)?.[1] ?? []).slice(-commits).reverse();
}

/** Not where everything lies. */
function isPlace(folder: string, environment: Record<string, string | undefined>): boolean {
  const home = real(environment["HOME"] || homedir());
  return ![home, real(tmpdir()), "/", "/root", "/home", "/tmp", dirname(home)].includes(folder) && dirname(folder) !== folder;
}

function real(path: string): string {
  try {
    return path === "" ? "" : realpathSync(path);
  } catch {
    return "";
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function tail(path: string): string {
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    const { size } = statSync(path);
    const buffer = Buffer.alloc(Math.min(size, logBytes));
    return buffer.toString("utf8", 0, readSync(file, buffer, 0, buffer.length, size - buffer.length));
  } catch {
    return "";
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
