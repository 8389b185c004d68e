import { randomBytes } from "node:crypto";
import { readConfig } from "@paios/shared/config";
import { type Database, sql } from "@paios/shared/sqlite";
import * as z from "zod";
import { type Check, type CheckContext, notRunning, type Outcome } from "./check.ts";

/** What of the section "emit" of paios.json says where emit-server is. */
export const emitAddress = z.looseObject({ port: z.int().min(1).max(65_535).default(4747) });

const recentRows = 500;

/** Gives emit-server an event and looks whether it is in the store. */
export const emitServerCheck: Check = { name: "emit-server", kind: "service", everyMs: 15_000, timeoutMs: 5_000, probe };

async function probe({ obs, now, last }: CheckContext, signal: AbortSignal): Promise<Outcome> {
  const { port } = readConfig(obs.home, "emit", emitAddress).value;
  const base = `http://127.0.0.1:${port}`;
  let lives: Response;
  try {
    lives = await fetch(`${base}/healthz`, { signal, redirect: "manual" });
    await lives.body?.cancel();
  } catch (error) {
    if (signal.aborted) throw error;
    return notRunning(last, `127.0.0.1:${port}`, "Start it again: `paios-emit`.");
  }
  if (!lives.ok) return { status: "fail", detail: `It answers HTTP ${lives.status} when asked whether it lives. Restart it.` };
  const traceId = randomBytes(16).toString("hex");
  const event = { traceId, spanId: randomBytes(8).toString("hex"), time: now, category: "probe", action: "probe emit-server", service: "obs", status: "ok", metadata: {} };
  const answer = await fetch(`${base}/v1/events`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(event), signal, redirect: "manual" });
  await answer.body?.cancel();
  if (!answer.ok) return { status: "fail", detail: `It does not take events: HTTP ${answer.status}. Restart it.` };
  if (!takeBack(obs.database, traceId)) return { status: "fail", detail: `What answers on 127.0.0.1:${port} says it took an event, but it is not in this home's store. Restart emit-server; look whether another program has the port.` };
  return { status: "ok", detail: "An event that was given to it is stored." };
}

/** Whether the event is stored. When it is still in the intake it is removed: nobody needs thousands of probes. */
function takeBack(database: Database, traceId: string): boolean {
  return database
    .transaction(() => {
      const id = sql<number>(database, "SELECT id FROM (SELECT id, payload FROM intake ORDER BY id DESC LIMIT ?) WHERE instr(payload, ?) LIMIT 1").pluck().get(recentRows, traceId);
      if (id !== undefined) return sql(database, "DELETE FROM intake WHERE id = ?").run(id).changes === 1;
      return sql(database, "SELECT 1 FROM trace WHERE trace_id = ?").get(traceId) !== undefined;
    })
    .immediate();
}
