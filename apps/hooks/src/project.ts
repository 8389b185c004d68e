import { closeSync, constants, existsSync, fstatSync, openSync, readSync, realpathSync, statSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import type { RecentWork, Whereabouts } from "@paios/kb-server/memory";
import { changedLast } from "./git-index.ts";

const mostBytes = 262_144;
const logBytes = 16_384;
const commits = 5;
const files = 12;

/** `here` is the session's own folder, without links. */
export interface Place extends Whereabouts {
  here: string;
}

/** Where a folder is, read from git's own files: starting `git` would take longer than all the rest. */
export function whereabouts(cwd: string, environment: Record<string, string | undefined>): Place {
  const found = real(cwd);
  // A folder that is gone may still be one that the person excluded.
  const here = found || (isAbsolute(cwd) ? resolve(cwd) : "");
  const nowhere = { project: "", remote: "", folder: here, branch: "", here };
  if (here === "") return nowhere;
  const everybodys = placesOf(environment);
  const root = findRoot(here, everybodys);
  if (root === undefined) return { ...nowhere, project: found === "" || everybodys.has(here) ? "" : basename(here) };
  const git = gitFolder(root);
  const remote = remoteOf(git.common) || mainOf(git);
  return { project: projectOf(root, remote), remote, folder: root, branch: branchOf(git.own), here };
}

/** What was worked on in a folder that `whereabouts` found; nothing without git. */
export function recentWork(root: string): RecentWork {
  if (!existsSync(join(root, ".git"))) return { commits: [], files: [] };
  const { own } = gitFolder(root);
  return { commits: commitsOf(own), files: changedLast(join(own, "index"), files) };
}

/** A repository around everything, such as one of a home's dot files, is no project of what lies in it. */
function findRoot(from: string, everybodys: ReadonlySet<string>): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    if (isRepository(join(folder, ".git")) && !everybodys.has(folder)) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}

function isRepository(dot: string): boolean {
  try {
    return existsSync(join(dot, "HEAD")) || statSync(dot, { throwIfNoEntry: false })?.isFile() === true;
  } catch {
    // A link to itself, or nothing that may be looked at.
    return false;
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

/** The folder of the repository that a worktree belongs to. */
function mainOf({ own, common }: { own: string; common: string }): string {
  return own !== common && basename(common) === ".git" ? dirname(common) : "";
}

function remoteOf(git: string): string {
  const config = read(join(git, "config"));
  const section = /^\[remote "origin"\]([^[]*)/m.exec(config) ?? /^\[remote "[^"]*"\]([^[]*)/m.exec(config);
  return placeOf(/^\s*url\s*=\s*(\S+)/m.exec(section?.[1] ?? "")?.[1] ?? "");
}

/** `host/owner/name` of a remote's address, however it is written; what it may hold of a password is left out. */
export function placeOf(url: string): string {
  const rest = /^[a-z][a-z+.-]*:\/\/(.*)$/is.exec(url)?.[1];
  const place = rest === undefined ? url.replace(/^[^@/:]+@/, "").replace(":", "/") : rest.replace(/^[^/]*@|^[^/]*:(?!\d+(?:\/|$)).*@/, "").replace(/^([^/:]*):\d+(?=\/|$)/, "$1");
  return place.replace(/(?:\.git)?\/*$/, "");
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
  const lines = read(join(git, "logs", "HEAD"), logBytes).split("\n");
  return lines.flatMap((line) => /\tcommit(?: \([\w ]+\))?: (.+)$/.exec(line)?.[1] ?? []).slice(-commits).reverse();
}

/** Where everything lies: no project, for a person may keep the whole home in git. */
function placesOf(environment: Record<string, string | undefined>): ReadonlySet<string> {
  const home = real(environment["HOME"] || homedir());
  return new Set([home, ...["Desktop", "Documents", "Downloads"].map((name) => join(home, name)), dirname(home), real(tmpdir()), "/", "/root", "/home", "/Users", "/tmp", "/private/tmp", "/var/tmp"]);
}

function real(path: string): string {
  try {
    return path === "" ? "" : realpathSync(path);
  } catch {
    return "";
  }
}

/** The end of a file; "" for what is none: a folder from somebody else may have a pipe there, which never ends. */
function read(path: string, most = mostBytes): string {
  let file: number | undefined;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stat = fstatSync(file);
    if (!stat.isFile()) return "";
    const buffer = Buffer.alloc(Math.min(stat.size, most));
    return buffer.toString("utf8", 0, readSync(file, buffer, 0, buffer.length, stat.size - buffer.length));
  } catch {
    return "";
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
