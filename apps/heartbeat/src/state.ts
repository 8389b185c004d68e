import { realClock } from "./clock.ts";
import { closeHeartbeat, type Heartbeat, openHeartbeat } from "./heartbeat.ts";
import { jobTable } from "./jobs/table.ts";
import { loadJobs, type Registry } from "./registry.ts";
import type { Host } from "@paios/shared/tool";

/** What the tools work on: the ledger, and the jobs once they are asked for. */
export interface State extends Host {
  heartbeat: Heartbeat;
  registry: () => Promise<Registry>;
  report: (error: unknown) => void;
}

export function openState(home: string, host: Host, report: (error: unknown) => void): State {
  const heartbeat = openHeartbeat(home);
  let registry: Promise<Registry> | undefined;
  return { ...host, heartbeat, report, registry: () => (registry ??= loadJobs(heartbeat, jobTable, realClock.now(), { report, addsOnly: true })) };
}

export function closeState({ heartbeat }: State): void {
  closeHeartbeat(heartbeat);
}
