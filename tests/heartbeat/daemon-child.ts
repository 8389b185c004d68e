import { appendFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { intakeSink } from "@paios/shared/sink";
import { createTracer } from "@paios/shared/trace";
import { realClock } from "../../apps/heartbeat/src/clock.ts";
import { runDaemon, runDue } from "../../apps/heartbeat/src/daemon.ts";
import { openHeartbeat } from "../../apps/heartbeat/src/heartbeat.ts";
import type { Job } from "../../apps/heartbeat/src/job.ts";
import { loadJobs } from "../../apps/heartbeat/src/registry.ts";

/**
 * A heartbeat with jobs of a test: `run|due SCHEDULE CATCH-UP COUNT WORK-MS EFFECTS`. Each run appends a line to the file
 * EFFECTS when it begins. What is said goes to stderr.
 */
const [way, schedule = "", catchUp = "once", count = "1", workMs = "0", effects = ""] = process.argv.slice(2);
const home = process.env["PAIOS_HOME"] ?? "";
const ending = new AbortController();
process.once("SIGTERM", () => ending.abort(new DOMException("SIGTERM", "AbortError")));

function job(n: number): Job {
  return {
    name: `job-${n}`,
    about: "Notes that it ran.",
    tier: "hourly",
    schedule,
    timezone: "UTC",
    catchUp: catchUp as Job["catchUp"],
    timeoutMs: 60_000,
    retries: 0,
    run: async ({ key, attempt, signal }) => {
      appendFileSync(effects, `${JSON.stringify({ key, attempt, pid: process.pid })}\n`);
      if (Number(workMs) > 0) await wait(Number(workMs), undefined, { signal });
      return "noted";
    },
  };
}

const heartbeat = openHeartbeat(home);
const report = (error: unknown) => process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
const table = Object.fromEntries(Array.from({ length: Number(count) }, (_, n) => [`job-${n}`, async () => ({ default: job(n) })]));
const registry = await loadJobs(heartbeat, table, realClock.now(), { report });
const tracer = createTracer("heartbeat", intakeSink(home));
const options = { clock: realClock, tracer, registry, environment: {}, signal: ending.signal, say: (text: string) => void process.stderr.write(`${text}\n`), report };
process.stderr.write("started\n");
if (way === "due") await runDue(heartbeat, options);
else await runDaemon(heartbeat, options);
tracer.flush();
heartbeat.database.close();
