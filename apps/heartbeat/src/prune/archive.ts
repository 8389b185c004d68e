import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "@paios/shared/errors";
import { run } from "@paios/shared/process";

const keptArchives = 5;
const timeoutMs = 20 * 60_000;
const listBytes = 64 * 1_048_576;

/**
 * Packs files into one archive in `<home>/backups` and makes sure that all are in it and on the disk. `tar -xzPf FILE`
 * puts each back where it was, with its times. The newest five of a label are kept. Returns the archive's path.
 */
export async function archiveFiles(home: string, label: string, paths: readonly string[], signal: AbortSignal, now: number): Promise<string> {
  const backups = join(home, "backups");
  mkdirSync(backups, { recursive: true, mode: 0o700 });
  const archive = join(backups, `${new Date(now).toISOString().replace(/[:.]/g, "-")}-${label}.tar.gz`);
  const part = `${archive}.part`;
  try {
    // Sessions are nobody else's to read.
    closeSync(openSync(part, "wx", 0o600));
    const packed = await run({ command: "tar", args: ["--format=pax", "-czPf", part, "--null", "-T", "-"], input: paths.join("\0"), timeoutMs, outputBytes: listBytes, signal });
    if (packed.code !== 0) throw notPacked();
    const listed = await run({ command: "tar", args: ["-tzPf", part], timeoutMs, outputBytes: listBytes, signal });
    if (listed.code !== 0 || listed.stdout.toString("utf8").trimEnd().split("\n").length !== paths.length) throw notPacked();
    sync(part);
    renameSync(part, archive);
    sync(backups);
  } catch (error) {
    rmSync(part, { force: true });
    throw error instanceof UserError || signal.aborted ? error : notPacked(error);
  }
  forgetOld(backups, label);
  return archive;
}

/** Whether a file is still what was packed. */
export function isUnchanged(path: string, { bytes, changedMs }: { bytes: number; changedMs: number }): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat !== undefined && stat.size === bytes && stat.mtimeMs === changedMs;
}

function forgetOld(backups: string, label: string): void {
  const same = readdirSync(backups).filter((name) => name.endsWith(`-${label}.tar.gz`)).sort();
  for (const name of same.slice(0, -keptArchives)) rmSync(join(backups, name), { force: true });
}

function sync(path: string): void {
  const file = openSync(path, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function notPacked(cause?: unknown): UserError {
  return new UserError("storage", "The sessions could not be backed up, so none was removed. Is there room for the archive, and is tar installed?", { cause });
}
