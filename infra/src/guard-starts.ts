import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

export interface GuardOptions {
  /** `<home>/logs`; the record is NAME.starts.json in it. */
  folder: string;
  name: string;
  /** Epoch ms; default Date.now. */
  now?: () => number;
  /** Default a real one; the program is not begun meanwhile. */
  sleep?: (ms: number) => Promise<unknown>;
}

const windowMs = 30 * 60_000;
/** So many starts are free; each one after them waits twice as long as the one before. */
const freeStarts = 4;
const firstWaitMs = 20_000;
const mostStarts = 9;

interface Starts {
  /** Epoch ms of each start that no clean end followed. */
  starts: number[];
  /** Why it stays down. */
  stays?: string;
}

/**
 * The crash-loop guard that launchd lacks. Call it first; it waits when the program was started often of late. Returns
 * undefined to go on, or the reason to stay down, in our words: print it and exit 0, so that nothing starts it again.
 * A record that cannot be read or written never keeps a service down.
 */
export async function guardStarts({ folder, name, now = Date.now, sleep = wait }: GuardOptions): Promise<string | undefined> {
  const at = now();
  const recent = read(folder, name).starts.filter((start) => start <= at && at - start < windowMs);
  const count = recent.length + 1;
  const stays = count > mostStarts ? `${name} was started ${recent.length} times in ${windowMs / 60_000} minutes and ended each time. It stays down now. Next: ai services logs ${name}, then ai services restart ${name}` : undefined;
  write(folder, name, stays === undefined ? { starts: [...recent, at] } : { starts: recent, stays });
  if (stays === undefined && count > freeStarts) await sleep(firstWaitMs * 2 ** (count - freeStarts - 1));
  return stays;
}

/** After a clean end, or when a person starts it anew. */
export function forgetStarts(folder: string, name: string): void {
  rmSync(recordOf(folder, name), { force: true });
}

/** Why the guard keeps a service down; undefined when it does not. */
export function staysDown(folder: string, name: string): string | undefined {
  return read(folder, name).stays;
}

function recordOf(folder: string, name: string): string {
  return join(folder, `${name}.starts.json`);
}

function read(folder: string, name: string): Starts {
  try {
    const { starts, stays } = JSON.parse(readFileSync(recordOf(folder, name), "utf8")) as Partial<Starts>;
    return { starts: Array.isArray(starts) ? starts.filter((start) => typeof start === "number") : [], ...(typeof stays === "string" && { stays }) };
  } catch {
    return { starts: [] };
  }
}

function write(folder: string, name: string, starts: Starts): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const temporary = `${recordOf(folder, name)}.${process.pid}`;
    writeFileSync(temporary, JSON.stringify(starts), { mode: 0o600 });
    renameSync(temporary, recordOf(folder, name));
  } catch {
    // A full disk is no reason to stay down.
  }
}
