import { existsSync, readdirSync, readFileSync } from "node:fs";

/** The running processes whose environment holds `marker`; none where there is no /proc (macOS). */
export function processesWith(marker: string): { pid: number; command: string }[] {
  if (!existsSync("/proc/self/environ")) return [];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      if (!read(`/proc/${name}/environ`).includes(marker)) return [];
      const command = read(`/proc/${name}/cmdline`).replaceAll("\0", " ").trim();
      // A process that ended but was not waited for yet has no command line.
      return command === "" ? [] : [{ pid: Number(name), command }];
    });
}

/** Resident memory in bytes. */
export function residentBytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`))?.[1];
  if (kilobytes === undefined) throw new Error(`Process ${pid} is gone, or this system has no /proc`);
  return Number(kilobytes) * 1024;
}

/** How many file descriptors a process holds, pipes and sockets included. */
export function openDescriptors(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
