import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { closeKb, type Kb, openKb, rememberFinding, rememberLearning } from "@paios/kb-server";
import { errorTypeOf } from "@paios/shared/errors";
import { newIds } from "@paios/shared/ids";
import { controlsOf, mayRemember } from "./controls.ts";
import { extract } from "./learn/extract.ts";
import { noteRun } from "./note.ts";
import { holder, type Item, lockOf, queueOf } from "./queue.ts";
import { readTranscript } from "./transcript/read.ts";

/** It stays a moment: one writer for the many results of a busy session. */
const lingerMs = 10_000;
const pollMs = 200;
const transcriptBytes = 16 * 1024 * 1024;
/** What cannot be stored is tried by so many writers, and then set aside. */
const maxTries = 3;
const keptFailures = 50;

/** Stores what hooks handed over, until nothing more comes. One process at a time; what it leaves the next one takes. */
export async function drain(home: string): Promise<void> {
  const failed = new Set<string>();
  const waiting = () => itemsIn(home).filter((path) => !failed.has(path));
  // What comes after the last look and before the lock is given back has started no other writer.
  while (waiting().length > 0 && lock(home)) {
    let kb: Kb | undefined;
    try {
      takeUp(home);
      for (let idleMs = 0; idleMs < lingerMs; ) {
        const items = waiting();
        for (const path of items) store(home, path, () => (kb ??= openKb(home)), failed);
        idleMs = items.length > 0 ? 0 : idleMs + pollMs;
        await wait(pollMs);
      }
    } finally {
      if (kb) await closeKb(kb);
      rmSync(lockOf(home), { force: true });
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

function lock(home: string): boolean {
  mkdirSync(queueOf(home), { recursive: true, mode: 0o700 });
  for (let tries = 0; tries < 2; tries++) {
    try {
      const file = openSync(lockOf(home), "wx", 0o600);
      writeSync(file, String(process.pid));
      closeSync(file);
      return true;
    } catch {
      if (holder(home) !== undefined) return false;
      // Its process is gone.
      rmSync(lockOf(home), { force: true });
    }
  }
  return false;
}

/** What a writer had in hand when it was killed. A newer one of the same name says the same, and more. */
function takeUp(home: string): void {
  for (const name of readdirSync(queueOf(home)).filter((each) => each.endsWith(".taken"))) {
    const taken = join(queueOf(home), name);
    const path = taken.replace(/taken$/, "json");
    if (existsSync(path)) rmSync(taken, { force: true });
    else renameSync(taken, path);
  }
}

function store(home: string, path: string, open: () => Kb, failed: Set<string>): void {
  const started = performance.now();
  // Taken under another name: a newer one must not be removed with it.
  const taken = path.replace(/json$/, "taken");
  let item: Item | undefined;
  try {
    renameSync(path, taken);
    item = JSON.parse(readFileSync(taken, "utf8")) as Item;
    // The person may have said no since.
    const stored = mayRemember(controlsOf(home), item.at) ? write(open, item) : "excluded";
    rmSync(taken, { force: true });
    noteRun(home, { event: "drain", input: undefined, durationMs: performance.now() - started, noted: { "paios.memory.item": item.kind, "paios.memory.stored": stored, "session.id": item.session } });
  } catch (error) {
    failed.add(setAside(home, taken));
    noteRun(home, { event: "drain", input: undefined, durationMs: performance.now() - started, noted: { "paios.memory.item": item?.kind ?? "unreadable" }, error: errorTypeOf(error) });
  }
}

function write(open: () => Kb, item: Item): string {
  const { client, session, at } = item;
  const who = { client, session, project: at.project, traceId: newIds().traceId };
  if (item.kind === "finding") return rememberFinding(open(), { ...who, ...item.kept }, item.now).status;
  const learned = extract(readTranscript(item.transcript, client, transcriptBytes), item.at.folder);
  if (!learned) return "nothing learned";
  const { title, text, files, commits, external } = learned;
  const { folder, remote, branch } = item.at;
  return rememberLearning(open(), { ...who, title, text, external, transcript: item.transcript, tags: ["session"], place: { folder, remote, branch, files, commits } }, item.now).status;
}

/** For the next writer, or, after some of them, for a person to look at. Returns its new path. */
function setAside(home: string, taken: string): string {
  const tries = Number(/~(\d+)\.taken$/.exec(taken)?.[1] ?? 0) + 1;
  const name = basename(taken).replace(/(?:~\d+)?\.taken$/, "");
  const folder = tries < maxTries ? queueOf(home) : join(queueOf(home), "failed");
  const path = join(folder, tries < maxTries ? `${name}~${tries}.json` : `${name}.json`);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    renameSync(taken, path);
    if (tries >= maxTries) for (const old of readdirSync(folder).sort().slice(0, -keptFailures)) rmSync(join(folder, old), { force: true });
  } catch {
    // A full or read-only disk: it stays where it is, and is taken up again.
  }
  return path;
}
