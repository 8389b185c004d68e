import { appendFileSync } from "node:fs";
import { createTracer } from "@paios/shared/trace";
import { realClock } from "../../apps/heartbeat/src/clock.ts";
import { runDaemon } from "../../apps/heartbeat/src/daemon.ts";
import { openHeartbeat } from "../../apps/heartbeat/src/heartbeat.ts";
import type { Job } from "../../apps/heartbeat/src/job.ts";
import { loadJobs } from "../../apps/heartbeat/src/registry.ts";
import { weekJobs } from "./week-jobs.ts";

/** The daemon with a hundred jobs, each noting its key in the file EFFECTS with when it ran; for a week of fake time. */
const effects = process.argv[2] ?? "";
const ending = new AbortController();
process.once("SIGTERM", () => ending.abort(new DOMException("SIGTERM", "AbortError")));
const heartbeat = openHeartbeat(process.env["PAIOS_HOME"] ?? "");
const say = (text: string) => void process.stderr.write(`${new Date().toISOString()} ${text}\n`);
const report = (error: unknown) => say(error instanceof Error ? (error.stack ?? error.message) : String(error));
const run: Job["run"] = ({ key, slot, attempt }) => {
  appendFileSync(effects, `${JSON.stringify({ key, slot, attempt, at: Date.now() })}\n`);
  return "";
};
const table = Object.fromEntries(weekJobs().map((job) => [job.name, async () => ({ default: { ...job, run } })]));
const registry = await loadJobs(heartbeat, table, realClock.now(), { report });
const tracer = createTracer("heartbeat", { write: () => {}, flush: () => {} });
say(`process ${process.pid} started ${Date.now()}`);
await runDaemon(heartbeat, { clock: realClock, tracer, registry, environment: {}, signal: ending.signal, say, report });
say("ended");
heartbeat.database.close();
