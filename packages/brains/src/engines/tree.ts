import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";

interface Row {
  pid: number;
  parent: number;
  group: number;
  session: number;
}

/**
 * The process `root` started as leader of a session of its own, and all it started: its descendants, who shares its
 * session or group, and on Linux who carries `marker` in its environment. The root itself too. Ended ones are left out.
 */
export function processTree(root: number, marker: string, known: ReadonlySet<number> = new Set()): number[] {
  const rows = existsSync("/proc/self/stat") ? fromProc() : fromPs();
  const found = new Set([root, ...known]);
  for (const { pid, group, session } of rows) {
    if (group === root || session === root || carries(pid, marker)) found.add(pid);
  }
  for (let grown = true; grown; ) {
    grown = false;
    for (const { pid, parent } of rows) {
      if (!found.has(parent) || found.has(pid)) continue;
      found.add(pid);
      grown = true;
    }
  }
  found.delete(process.pid);
  const running = new Set(rows.map(({ pid }) => pid));
  return [...found].filter((pid) => running.has(pid));
}

function fromProc(): Row[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const stat = read(`/proc/${name}/stat`);
      // The name of the program may hold blanks and brackets, so the fields are counted from its end.
      const [state, parent, group, session] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      if (state === undefined || state === "" || state === "Z" || state === "X") return [];
      return [{ pid: Number(name), parent: Number(parent), group: Number(group), session: Number(session) }];
    });
}

function fromPs(): Row[] {
  const lines = execFileSync("ps", ["-axo", "pid=,ppid=,pgid=,stat="], { encoding: "utf8", timeout: 2_000 }).split("\n");
  return lines.flatMap((line) => {
    const [pid, parent, group, state] = line.trim().split(/\s+/);
    return pid === undefined || pid === "" || state?.startsWith("Z") ? [] : [{ pid: Number(pid), parent: Number(parent), group: Number(group), session: 0 }];
  });
}

function carries(pid: number, marker: string): boolean {
  return read(`/proc/${pid}/environ`).includes(marker);
}

function read(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
