import { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** The indexes beside files that are to go, each once. */
export function indexesOf(paths: readonly string[], name: string): string[] {
  return [...new Set(paths.map((path) => join(dirname(path), name)))].filter((path) => existsSync(path));
}

/**
 * Takes the sessions whose transcript is gone out of an index. Written beside it and put in its place, unless somebody
 * wrote to it or locked it meanwhile: then it stays, and the next run does it. Returns how many entries went.
 */
export function tidyIndex(path: string, removed: ReadonlySet<string>): number | "busy" {
  const before = statSync(path, { throwIfNoEntry: false });
  if (!before || existsSync(`${path}.lock`)) return "busy";
  const entries = readIndex(path);
  if (!entries) return 0;
  const kept = Object.fromEntries(Object.entries(entries).filter(([, entry]) => !removed.has(transcriptOf(path, entry))));
  const gone = Object.keys(entries).length - Object.keys(kept).length;
  if (gone === 0) return 0;
  const beside = `${path}.paios-part`;
  try {
    writeFileSync(beside, `${JSON.stringify(kept, null, 2)}\n`, { mode: before.mode & 0o777, flush: true });
    const now = statSync(path, { throwIfNoEntry: false });
    if (now?.mtimeMs !== before.mtimeMs || now.size !== before.size || now.ino !== before.ino || existsSync(`${path}.lock`)) return "busy";
    renameSync(beside, path);
    return gone;
  } finally {
    rmSync(beside, { force: true });
  }
}

function readIndex(path: string): Record<string, unknown> | undefined {
  try {
    const index: unknown = JSON.parse(readFileSync(path, "utf8"));
    return typeof index === "object" && index !== null && !Array.isArray(index) ? (index as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function transcriptOf(index: string, entry: unknown): string {
  const { sessionFile, sessionId } = (typeof entry === "object" && entry !== null ? entry : {}) as { sessionFile?: unknown; sessionId?: unknown };
  const name = typeof sessionFile === "string" ? basename(sessionFile) : typeof sessionId === "string" ? `${sessionId}.jsonl` : "";
  return join(dirname(index), name);
}
