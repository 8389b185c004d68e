import { lstat, opendir, readlink, realpath } from "node:fs/promises";
import { join, relative } from "node:path";
import type { HeartbeatConfig } from "../config.ts";
import type { SessionStore } from "./stores.ts";

export type PruneRule = NonNullable<HeartbeatConfig["sessionStores"]["claude"]>;

interface StoredFile {
  path: string;
  bytes: number;
  changedMs: number;
}

export interface PrunePlan {
  /** Oldest first. */
  files: StoredFile[];
  bytes: number;
  /** What the store holds now. */
  total: { files: number; bytes: number };
  /** Would go, but a process has it open. */
  open: number;
}

const dayMs = 86_400_000;
const megabyte = 1_048_576;

/** Which files of a store a rule removes: the old, and the oldest while it is too large; never the young or the open. */
export async function planPrune(store: SessionStore, { olderThanDays, maxMegabytes, keepDays }: PruneRule, now: number, signal: AbortSignal): Promise<PrunePlan> {
  const files = (await filesOf(store, signal)).toSorted((a, b) => a.changedMs - b.changedMs);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const old = olderThanDays === undefined ? -Infinity : now - olderThanDays * dayMs;
  const young = now - keepDays * dayMs;
  const open = await openFiles(signal);
  const plan: PrunePlan = { files: [], bytes: 0, total: { files: files.length, bytes }, open: 0 };
  for (const file of files) {
    const tooLarge = maxMegabytes !== undefined && bytes - plan.bytes > maxMegabytes * megabyte;
    if (file.changedMs >= young || (file.changedMs >= old && !tooLarge)) continue;
    if (open.has(await realpath(file.path).catch(() => file.path))) {
      plan.open++;
      continue;
    }
    plan.files.push(file);
    plan.bytes += file.bytes;
  }
  return plan;
}

async function filesOf({ roots, wanted }: SessionStore, signal: AbortSignal): Promise<StoredFile[]> {
  const found: StoredFile[] = [];
  for (const root of roots) {
    const folders = [root];
    for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
      for await (const entry of entriesOf(folder)) {
        signal.throwIfAborted();
        const path = join(folder, entry.name);
        // Links are not followed: what they point to is not the store's.
        if (entry.isDirectory()) folders.push(path);
        else if (entry.isFile() && wanted(relative(root, path))) {
          const stat = await lstat(path).catch(() => undefined);
          if (stat) found.push({ path, bytes: stat.size, changedMs: stat.mtimeMs });
        }
      }
    }
  }
  return found;
}

async function* entriesOf(folder: string) {
  try {
    yield* await opendir(folder);
  } catch {
    // Not there, not ours to read, or removed meanwhile.
  }
}

/** The files that processes of this user have open; on macOS, where that cannot be read, age alone decides. */
async function openFiles(signal: AbortSignal): Promise<Set<string>> {
  const open = new Set<string>();
  for await (const { name } of entriesOf("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    signal.throwIfAborted();
    for await (const descriptor of entriesOf(`/proc/${name}/fd`)) {
      const target = await readlink(`/proc/${name}/fd/${descriptor.name}`).catch(() => "");
      if (target.includes(".json")) open.add(target);
    }
  }
  return open;
}
