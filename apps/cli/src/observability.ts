import { server } from "@paios/obs-server";
import { openInProcess, type InProcess } from "@paios/shared/calls";

/** Runs work on the tools of observability in this process, as a person. */
export async function withObs<T>(work: (obs: InProcess) => Promise<T>): Promise<T> {
  const tools = openInProcess("obs", server, { client: "ai", way: "person" });
  try {
    return await work(tools);
  } finally {
    await tools.close();
  }
}

export interface ShownEvent {
  traceId: string;
  spanId: string;
  time: string;
  durationMs?: number;
  category: string;
  action: string;
  service: string;
  status: "ok" | "error";
  score?: number;
  metadata: Record<string, unknown>;
}

/** "0.4 ms", "1.2 s", or nothing for a point in time. */
export function duration(ms: number | undefined): string {
  if (ms === undefined) return "";
  return ms < 1_000 ? `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}
