import { type Check, type Outcome, summarised } from "./check.ts";
import { type ServiceProcess, serviceProcesses } from "./processes.ts";

const megabyte = 1024 * 1024;

/** The memory of each process of our own services and of the Gateway. */
export const memoryCheck: Check = {
  name: "memory",
  kind: "resource",
  everyMs: 60_000,
  timeoutMs: 10_000,
  probe: async ({ obs }, signal) => {
    const limit = obs.config.alerts.serviceMemoryMegabytes;
    return worst(await serviceProcesses(signal), ({ bytes }) => bytes / megabyte, limit, (pid, value) => `Process ${pid} uses ${value} MB of memory (limit ${limit} MB). Restart it.`, `No service uses over ${limit} MB of memory.`);
  },
};

/** The CPU of each process of our own services and of the Gateway, for one second. */
export const cpuCheck: Check = {
  name: "cpu",
  kind: "resource",
  everyMs: 60_000,
  timeoutMs: 10_000,
  probe: async ({ obs }, signal) => {
    const limit = obs.config.alerts.serviceCpuPercent;
    return worst(await serviceProcesses(signal), ({ cpuPercent }) => cpuPercent, limit, (pid, value) => `Process ${pid} uses ${value} % of a core (limit ${limit} %).`, `No service uses over ${limit} % of a core.`);
  },
};

/** The process of each service that uses most, where that is over the limit. */
function worst(processes: ServiceProcess[], measure: (each: ServiceProcess) => number, limit: number, words: (pid: number, value: number) => string, well: string): Outcome {
  const parts = new Map<string, { name: string; status: "warn"; detail: string }>();
  for (const each of processes.toSorted((a, b) => measure(a) - measure(b))) {
    if (measure(each) > limit) parts.set(each.service, { name: each.service, status: "warn", detail: words(each.pid, Math.round(measure(each))) });
  }
  return summarised([...parts.values()], well);
}
