import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { basename } from "node:path";

export interface Holder {
  pid: number;
  /** The program, and its first argument that is a file. */
  command: string;
}

/** Who has a file open, ourselves left out; undefined where this system cannot tell. Processes of other users may stay unseen. */
export function holdersOf(path: string): Holder[] | undefined {
  return process.platform === "linux" ? fromProc(path) : fromLsof(path);
}

function fromProc(path: string): Holder[] {
  const file = statSync(path, { throwIfNoEntry: false });
  if (!file) return [];
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  return pids.filter((pid) => hasOpen(`/proc/${pid}/fd`, `/${basename(path)}`, file)).map((pid) => ({ pid: Number(pid), command: commandOf(pid) }));
}

/** By the file and not its path, which is another one behind a link or in a container; the name first, because it is cheap to read. */
function hasOpen(folder: string, name: string, { dev, ino }: { dev: number; ino: number }): boolean {
  return attempt(() => readdirSync(folder), []).some((entry) =>
    attempt(() => {
      const link = `${folder}/${entry}`;
      if (!readlinkSync(link).endsWith(name)) return false;
      const open = statSync(link);
      return open.dev === dev && open.ino === ino;
    }, false),
  );
}

function commandOf(pid: string): string {
  const [program = "?", ...args] = attempt(() => readFileSync(`/proc/${pid}/cmdline`, "utf8"), "").split("\0");
  const file = args.find((arg) => arg.startsWith("/"));
  return [program, file].filter(Boolean).join(" ");
}

function fromLsof(path: string): Holder[] | undefined {
  const { error, stdout } = spawnSync("lsof", ["-Fpc", "--", path], { encoding: "utf8", timeout: 5_000 });
  if (error) return undefined;
  const lines = stdout.split("\n");
  return lines.flatMap((line, at) => (line.startsWith("p") && Number(line.slice(1)) !== process.pid ? [{ pid: Number(line.slice(1)), command: lines[at + 1]?.slice(1) ?? "?" }] : []));
}

/** A process may end, or be another user's, while it is looked at. */
function attempt<T>(work: () => T, otherwise: T): T {
  try {
    return work();
  } catch {
    return otherwise;
  }
}
