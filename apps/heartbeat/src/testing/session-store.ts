import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const dayMs = 86_400_000;

export interface Generated {
  /** OpenClaw's older store: transcripts and the index that lists them. */
  folder: string;
  index: string;
  paths: string[];
}

/** A file store as a heavy user's: `count` transcripts of `bytes` each, one a day older than the next few, and an index of `entries`. */
export function generateStore(root: string, { count, bytes, entries, entryBytes, now }: { count: number; bytes: number; entries: number; entryBytes: number; now: number }): Generated {
  const folder = join(root, "agents", "main", "sessions");
  mkdirSync(folder, { recursive: true });
  const paths: string[] = [];
  const index: Record<string, unknown> = {};
  const line = `${JSON.stringify({ type: "message", message: { role: "user", content: "x".repeat(500) } })}\n`;
  for (let n = 0; n < count; n++) {
    const id = `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
    const path = join(folder, `${id}.jsonl`);
    writeFileSync(path, `{"type":"session","id":"${id}"}\n${line.repeat(Math.ceil(bytes / line.length))}`.slice(0, bytes));
    const time = new Date(now - (n / count) * 365 * dayMs);
    utimesSync(path, time, time);
    paths.push(path);
    if (n < entries) index[`agent:main:chat:${n}`] = { sessionId: id, updatedAt: time.getTime(), sessionFile: path, skillsSnapshot: "s".repeat(entryBytes) };
  }
  const indexPath = join(folder, "sessions.json");
  writeFileSync(indexPath, JSON.stringify(index, null, 2));
  return { folder, index: indexPath, paths };
}
