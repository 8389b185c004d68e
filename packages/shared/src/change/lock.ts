import { mkdirSync, rmdirSync, statSync, utimesSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { errorCode, UserError } from "../errors.ts";
import { explained, unless } from "./failure.ts";
import type { OnStep } from "./file.ts";

export interface LockOptions {
  /** How long to wait for each. */
  waitMs: number;
  /** Epoch ms. */
  now: () => number;
  onStep: OnStep;
}

export interface Locks {
  /** Those whose holder had not refreshed them for 10 s. */
  takenOver: string[];
  /** Throws `UserError("unavailable")` when somebody took one over, as after a suspended machine wakes. */
  assertHeld: () => void;
  release: () => void;
}

/** As proper-lockfile has it, which Claude Code uses: a folder whose holder sets its mtime again and again. */
const staleMs = 10_000;
const refreshMs = 2_000;
const settleMs = 50;

/** A lock that cannot be looked at or refreshed is lost, which is no reason for the refreshing timer to end the process. */
const unreachable = ["ENOENT", "ENOTDIR", "EACCES", "EPERM", "EROFS", "EIO"];

/**
 * Takes lock folders, in the order of their names. A lock in a folder that does not exist is not needed.
 * Throws `UserError("unavailable")`, naming the folder, when one stays held for `waitMs`; then none is held.
 */
export async function takeLocks(paths: readonly string[], options: LockOptions): Promise<Locks> {
  const held: Lock[] = [];
  const release = () => {
    for (const lock of held.splice(0).reverse()) lock.release();
  };
  const takenOver: string[] = [];
  try {
    for (const path of [...new Set(paths)].sort()) {
      const lock = await takeLock(path, options);
      if (!lock) continue;
      held.push(lock);
      if (lock.takenOver) takenOver.push(path);
      options.onStep("lock taken");
    }
  } catch (error) {
    release();
    throw error;
  }
  const assertHeld = () => {
    const lost = held.find((lock) => !lock.isHeld());
    if (lost) throw new UserError("unavailable", `The lock ${lost.path} was taken over by another program. Run it again.`);
  };
  return { takenOver, assertHeld, release };
}

interface Lock {
  path: string;
  takenOver: boolean;
  isHeld: () => boolean;
  release: () => void;
}

async function takeLock(path: string, { waitMs, now }: LockOptions): Promise<Lock | undefined> {
  let takenOver = false;
  for (const started = performance.now(); ; ) {
    const made = explained(path, () => makeFolder(path));
    if (made === "no parent") return undefined;
    if (made === "made") {
      const lock = hold(path, takenOver, now);
      // Two may have removed the same stale lock, one of them the other's new one.
      if (takenOver) await wait(settleMs);
      if (lock.isHeld()) return lock;
      lock.release();
    }
    const age = ageOf(path, now);
    if (age !== undefined && age > staleMs && removeFolder(path)) {
      takenOver = true;
      continue;
    }
    if (performance.now() - started > waitMs) throw new UserError("unavailable", `Another program holds the lock ${path}${sinceOf(age)}. Close that program or wait for it, then run it again; when nothing uses the lock, remove it.`);
    await wait(50 + Math.random() * 100);
  }
}

/** The mtime that we set is how we know the lock as ours: a file system may round it, so it is read back. */
function hold(path: string, takenOver: boolean, now: () => number): Lock {
  let stamp = setTime(path, now());
  const isHeld = () => stamp !== undefined && timeOf(path) === stamp;
  const timer = setInterval(() => {
    if (isHeld()) stamp = setTime(path, now());
  }, refreshMs);
  timer.unref();
  const release = () => {
    clearInterval(timer);
    if (isHeld()) removeFolder(path);
    stamp = undefined;
  };
  return { path, takenOver, isHeld, release };
}

function makeFolder(path: string): "made" | "exists" | "no parent" {
  try {
    mkdirSync(path, { mode: 0o700 });
    return "made";
  } catch (error) {
    if (errorCode(error) === "EEXIST") return "exists";
    if (errorCode(error) === "ENOENT") return "no parent";
    throw error;
  }
}

function setTime(path: string, ms: number): number | undefined {
  const seconds = (ms + Math.random()) / 1_000;
  unless(unreachable, () => utimesSync(path, seconds, seconds));
  return timeOf(path);
}

function timeOf(path: string): number | undefined {
  return unless(unreachable, () => statSync(path).mtimeMs);
}

function ageOf(path: string, now: () => number): number | undefined {
  const time = timeOf(path);
  return time === undefined ? undefined : now() - time;
}

/** Whether it is gone now. What holds something, or is a file, is not a lock of this kind and stays. */
function removeFolder(path: string): boolean {
  try {
    rmdirSync(path);
    return true;
  } catch (error) {
    return errorCode(error) === "ENOENT";
  }
}

function sinceOf(age: number | undefined): string {
  return age === undefined || age < staleMs ? "" : ` (last refreshed ${Math.round(age / 1_000)} s ago, but it cannot be taken over)`;
}
