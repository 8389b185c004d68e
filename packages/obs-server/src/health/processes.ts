import { readdirSync, readFileSync, statSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { run } from "@paios/shared/process";

export interface ServiceProcess {
  service: string;
  pid: number;
  bytes: number;
  /** Of one core, over the last second (macOS: as `ps` has it). */
  cpuPercent: number;
}

const sampleMs = 1_000;
/** Linux counts CPU time in hundredths of a second wherever Node runs. */
const tickMs = 10;

const entry = /\/(?:packages|apps|@paios)\/([a-z]{1,20}(?:-[a-z]{1,20})?)\/dist\/main\.js(?:\s|$)/;
const gateway = /\bopenclaw-gateway\b|\bopenclaw(?:\.mjs|\.js|\/dist\/(?:index|entry)\.m?js)?\s+gateway\b/;

/** The running processes of our own services and of the Gateway, of this user only, with what they use. */
export async function serviceProcesses(signal: AbortSignal, platform = process.platform): Promise<ServiceProcess[]> {
  return platform === "linux" ? fromProc(signal) : fromPs(signal);
}

/** The service that a command line starts, by our entries' paths. */
export function serviceOf(command: string): string | undefined {
  return entry.exec(command)?.[1] ?? (gateway.test(command) ? "gateway" : undefined);
}

async function fromProc(signal: AbortSignal): Promise<ServiceProcess[]> {
  const uid = process.getuid?.();
  const ours = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && statSync(`/proc/${name}`, { throwIfNoEntry: false })?.uid === uid)
    .flatMap((name) => {
      const service = serviceOf(read(`/proc/${name}/cmdline`).replaceAll("\0", " "));
      return service ? [{ service, pid: Number(name), cpuMs: cpuMs(name) }] : [];
    });
  if (ours.length === 0) return [];
  const started = performance.now();
  await wait(sampleMs, undefined, { signal });
  const elapsed = performance.now() - started;
  return ours.flatMap(({ service, pid, cpuMs: before }) => {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`))?.[1];
    if (kilobytes === undefined) return [];
    return [{ service, pid, bytes: Number(kilobytes) * 1024, cpuPercent: Math.max(0, ((cpuMs(String(pid)) - before) / elapsed) * 100) }];
  });
}

function cpuMs(pid: string): number {
  // The program's name, in brackets, may hold spaces and brackets itself.
  const fields = read(`/proc/${pid}/stat`).split(")").at(-1)?.trim().split(" ") ?? [];
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * tickMs;
}

async function fromPs(signal: AbortSignal): Promise<ServiceProcess[]> {
  const { stdout } = await run({ command: "ps", args: ["-axww", "-o", "pid=,uid=,rss=,%cpu=,command="], timeoutMs: 5_000, outputBytes: 16 * 1024 * 1024, signal });
  return parsePs(stdout.toString("utf8"), process.getuid?.());
}

/** The lines of `ps -o pid=,uid=,rss=,%cpu=,command=` that are services of this user. */
export function parsePs(output: string, uid: number | undefined): ServiceProcess[] {
  return output.split("\n").flatMap((line) => {
    const [pid, owner, kilobytes, percent, ...command] = line.trim().split(/\s+/);
    const service = Number(owner) === uid ? serviceOf(command.join(" ")) : undefined;
    return service ? [{ service, pid: Number(pid), bytes: Number(kilobytes) * 1024, cpuPercent: Number((percent ?? "").replace(",", ".")) }] : [];
  });
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
