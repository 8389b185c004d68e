import { spool } from "@paios/shared/spool";
import { newIds } from "@paios/shared/ids";
import type { TraceEvent } from "@paios/shared/trace";
import type { HookInput } from "./input.ts";

export interface Noted {
  event: string;
  input: HookInput | undefined;
  durationMs: number;
  noted?: Record<string, unknown> | undefined;
  error?: string;
}

/** One event for the log, by the spool: a hook opens no database for it. */
export function noteRun(home: string, { event, input, durationMs, noted = {}, error }: Noted): void {
  const now = Date.now();
  const line: TraceEvent = {
    ...newIds(),
    time: now - Math.round(durationMs),
    category: "hook",
    action: `hook ${event}`,
    service: "hooks",
    status: error === undefined ? "ok" : "error",
    durationMs,
    metadata: {
      ...(input && { "session.id": input.session, "paios.client": input.client, ...(input.turn && { "paios.turn.id": input.turn }) }),
      ...noted,
      ...(error !== undefined && { "error.type": error }),
    },
  };
  // A file an hour: many short processes write, and obs removes what it took in.
  spool(home, `hooks-${new Date(now).toISOString().slice(0, 13)}`, [JSON.stringify(line)]);
}
