import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { errorCode } from "@paios/shared/errors";

/** A process that runs jobs. Its start tells it from a later one with the same pid. */
export interface Owner {
  id: string;
  host: string;
  pid: number;
  start: string;
}

export function thisOwner(): Owner {
  return { id: `${process.pid}:${randomUUID()}`, host: hostname(), pid: process.pid, start: processStart(process.pid) };
}

/** Whether the process is there still; undefined when that cannot be known from here. */
export function isAlive({ host, pid, start }: Omit<Owner, "id">): boolean | undefined {
  if (host !== hostname()) return undefined;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (errorCode(error) !== "EPERM") return false;
  }
  return start === "" || processStart(pid) === start;
}

/** The boot and the moment in it at which a process started, in the system's own words; "" when it is gone. */
function processStart(pid: number): string {
  return process.platform === "linux" ? fromProc(pid) : fromPs(pid);
}

function fromProc(pid: number): string {
  try {
    // The program's name, in brackets, may hold spaces and brackets itself.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(")").at(-1)?.trim().split(" ") ?? [];
    if (fields[0] === "Z") return "";
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()}:${fields[19]}`;
  } catch {
    return "";
  }
}

function fromPs(pid: number): string {
  try {
    return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8", timeout: 5_000, stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return "";
  }
}
