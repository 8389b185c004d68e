import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { closeKb, type Kb, openKb, rememberFinding, rememberLearning } from "@paios/kb-server";
import { errorCode, errorTypeOf, UserError } from "@paios/shared/errors";
import { newIds } from "@paios/shared/ids";
import { controlsOf, mayRemember } from "./controls.ts";
import { extract } from "./learn/extract.ts";
import { noteRun } from "./note.ts";
import { holder, type Item, lockOf, queueOf } from "./queue.ts";
import { readTranscript } from "./transcript/read.ts";

/** It stays a moment: one writer for the many results of a busy session. */
const usual = { lingerMs: 10_000, pollMs: 200 };
const transcriptBytes = 16 * 1024 * 1024;
/** What cannot be stored is tried by so many writers, and then set aside. */
const maxTries = 3;
const keptFailures = 50;
const partMs = 3_600_000;

/** Stores what hooks handed over, until nothing more comes. One process at a time; what it leaves the next one takes. */
export async function drain(home: string, { lingerMs, pollMs } = usual): Promise<void> {
  const failed = new Set<string>();
  const waiting = () => itemsIn(home).filter((path) => !failed.has(path));
  // What comes after the last look and before the lock is given back has started no other writer.
  while (waiting().length > 0 && lock(home)) {
    let kb: Kb | undefined;
    try {
      takeUp(home);
      for (let idleMs = 0; idleMs < lingerMs; ) {
        const items = waiting();
        for (const path of items) {
          if (!isStillOurs(home)) return;
          store(home, path, () => (kb ??= openKb(home)), failed);
        }
        idleMs = items.length > 0 ? 0 : idleMs + pollMs;
        await wait(pollMs);
      }
    } finally {
      if (kb) await closeKb(kb);
      if (holder(home) === process.pid) rmSync(lockOf(home), { force: true });
    }
  }
}

function itemsIn(home: string): string[] {
  try {
    return readdirSync(queueOf(home)).filter((name) => name.endsWith(".json")).sort().map((name) => join(queueOf(home), name));
  } catch {
    return [];
  }
}

/** Linked into its place with the number in it: a lock that is made and then written could stay empty. */
function lock(home: string): boolean {
  mkdirSync(queueOf(home), { recursive: true, mode: 0o700 });
  const own = `${lockOf(home)}.${process.pid}`;
  try {
    for (let tries = 0; tries < 2; tries++) {
      if (holder(home) !== undefined) return false;
      // Nobody's, or its process is gone.
      rmSync(lockOf(home), { force: true });
      writeFileSync(own, String(process.pid), { mode: 0o600 });
      if (linked(own, lockOf(home))) return true;
    }
    return false;
  } finally {
    rmSync(own, { force: true });
  }
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    // A file system without links.
    writeFileSync(to, String(process.pid), { flag: "wx", mode: 0o600 });
    return true;
  }
}

function isStillOurs(home: string): boolean {
  if (holder(home) !== process.pid) return false;
  utimesSync(lockOf(home), new Date(), new Date());
  return true;
}

/** What a writer had in hand when it was killed. A newer one of the same name says the same, and more. */
function takeUp(home: string): void {
  for (const name of readdirSync(queueOf(home)).filter((each) => each.endsWith(".taken"))) {
    const taken = join(queueOf(home), name);
    const path = taken.replace(/taken$/, "json");
    if (existsSync(path)) rmSync(taken, { force: true });
    else renameSync(taken, path);
  }
  // Of a hook that was cut while it wrote.
  for (const part of readdirSync(queueOf(home)).filter((each) => each.endsWith(".part")).map((name) => join(queueOf(home), name))) {
    if (Date.now() - (statSync(part, { throwIfNoEntry: false })?.mtimeMs ?? 0) > partMs) rmSync(part, { force: true });
  }
}

function store(home: string, path: string, open: () => Kb, failed: Set<string>): void {
  const started = performance.now();
  // Taken under another name: a newer one must not be removed with it.
  const taken = path.replace(/json$/, "taken");
  let item: Item | undefined;
  try {
    renameSync(path, taken);
  } catch (error) {
    failed.add(path);
    // Gone: another writer has it.
    if (errorCode(error) !== "ENOENT") noteRun(home, { event: "drain", input: undefined, durationMs: 0, error: errorTypeOf(error) });
    return;
  }
  try {
    item = JSON.parse(readFileSync(taken, "utf8")) as Item;
    // The person may have said no since.
    const stored = mayRemember(controlsOf(home), item.at) ? write(open, item) : "excluded";
    rmSync(taken, { force: true });
    noteRun(home, { event: "drain", input: undefined, durationMs: performance.now() - started, noted: { "paios.memory.item": item.kind, "paios.memory.stored": stored, "session.id": item.session } });
  } catch (error) {
    failed.add(setAside(home, taken, isStorage(error)));
    noteRun(home, { event: "drain", input: undefined, durationMs: performance.now() - started, noted: { "paios.memory.item": item?.kind ?? "unreadable" }, error: errorTypeOf(error) });
  }
}

function write(open: () => Kb, item: Item): string {
  const { client, session, at } = item;
  const who = { client, session, project: at.project, traceId: newIds().traceId };
  if (item.kind === "finding") return rememberFinding(open(), { ...who, ...item.kept, place: { folder: at.folder, remote: at.remote } }, item.now).status;
  const learned = extract(readTranscript(item.transcript, client, transcriptBytes), item.at.folder);
  if (!learned) return "nothing learned";
  const { title, text, files, commits, external } = learned;
  const { folder, remote, branch } = item.at;
  return rememberLearning(open(), { ...who, title, text, external, transcript: item.transcript, tags: ["session"], place: { folder, remote, branch, files, commits } }, item.now).status;
}

/** A database that is locked, damaged, newer or on a full disk is no item's fault. */
function isStorage(error: unknown): boolean {
  return (error instanceof UserError && error.code === "storage") || /^(?:SQLITE_(?:BUSY|LOCKED|FULL|READONLY|IOERR|CORRUPT|NOTADB|CANTOPEN)|ENOSPC|EDQUOT|EROFS)/.test(errorCode(error));
}

/** For the next writer, or, after some of them, for a person to look at. Returns its new path; `+` sorts before a newer one of the same name. */
function setAside(home: string, taken: string, isInnocent: boolean): string {
  const tries = Number(/\+(\d+)\.taken$/.exec(taken)?.[1] ?? 0) + (isInnocent ? 0 : 1);
  const name = basename(taken).replace(/(?:\+\d+)?\.taken$/, "");
  const folder = tries < maxTries ? queueOf(home) : join(queueOf(home), "failed");
  const path = join(folder, tries > 0 && tries < maxTries ? `${name}+${tries}.json` : `${name}.json`);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // A newer one came meanwhile.
    if (tries === 0 && existsSync(path)) rmSync(taken, { force: true });
    else renameSync(taken, path);
    if (tries >= maxTries) for (const old of readdirSync(folder).sort().slice(0, -keptFailures)) rmSync(join(folder, old), { force: true });
  } catch {
    // A full or read-only disk: it stays where it is, and is taken up again.
  }
  return path;
}
