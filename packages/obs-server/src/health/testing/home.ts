import { temporaryFolder } from "@paios/shared/testing/temporary";
import type { TraceEvent } from "@paios/shared/trace";
import { type Obs, openObs } from "../../obs.ts";
import { writeEvents } from "../../store/write.ts";

export interface TestHome extends Disposable {
  path: string;
  obs: Obs;
  /** The same store as another process has it. */
  another: () => Obs;
}

/** A real home with an open store. */
export function testHome(): TestHome {
  const folder = temporaryFolder();
  const opened: Obs[] = [];
  const another = () => {
    const obs = openObs(folder.path);
    opened.push(obs);
    return obs;
  };
  return {
    path: folder.path,
    obs: another(),
    another,
    [Symbol.dispose]: () => {
      for (const { database } of opened) database.close();
      folder[Symbol.dispose]();
    },
  };
}

/** Stores events as the drain does. */
export function storeEvents({ database }: Obs, events: readonly (Partial<TraceEvent> & Pick<TraceEvent, "time">)[]): void {
  const complete = events.map((event, n): TraceEvent => ({ traceId: String(n + 1).padStart(32, "0"), spanId: String(n + 1).padStart(16, "0"), category: "mcp", action: "tools/call kb_add", service: "kb", status: "ok", metadata: {}, ...event }));
  database.transaction(() => writeEvents(database, complete)).immediate();
}
