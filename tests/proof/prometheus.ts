import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { errorCode, UserError } from "@paios/shared/errors";
import { run } from "@paios/shared/process";
import { scratchEnvironment, temporaryFolder } from "@paios/shared/testing/temporary";
import { send, startEmit } from "../emit-server/rig.ts";
import { freePort } from "@paios/shared/testing/free-port";

const job = "paios";
/** What Prometheus must carry through as a label: its own quotes, escapes and line ends. */
const action = 'water "beds" \\ of\nthe garden 🌱';
const waitMs = 30_000;

/** A real Prometheus scrapes emit-server: it is up, its counters are right and grow, and promtool accepts the text. */
export async function prove(): Promise<{ figures: Record<string, number | string> }> {
  const version = await installedVersion();
  using folder = temporaryFolder();
  await using emit = await startEmit(folder.path);
  await postEvents(emit.url, 5, 2);
  const started = performance.now();
  await using prometheus = await startPrometheus(folder.path, new URL(emit.url).host);
  await reaches(prometheus.value, `up{job="${job}"}`, 1);
  const upMs = performance.now() - started;
  await reaches(prometheus.value, events("ok"), 5);
  await reaches(prometheus.value, events("error"), 2);
  await postEvents(emit.url, 7, 1);
  await reaches(prometheus.value, events("ok"), 12);
  await reaches(prometheus.value, events("error"), 3);
  // A drain and some scrapes later nothing is counted twice.
  await wait(4_000);
  const counted = await prometheus.value(`sum(paios_events_total{job="${job}",service="cron"})`);
  if (counted !== 15) throw new Error(`Prometheus counts ${counted} of 15 events`);
  const samples = await prometheus.value(`scrape_samples_post_metric_relabeling{job="${job}"}`);
  const textBytes = await lint(emit.url);
  return { figures: { prometheus: version, upAfterSeconds: Number((upMs / 1_000).toPrecision(2)), eventsPosted: 15, eventsCounted: counted, samples: samples ?? 0, textBytes } };
}

async function installedVersion(): Promise<string> {
  try {
    const [{ stdout, stderr }] = await Promise.all([versionOf("prometheus"), versionOf("promtool")]);
    return /version (\d[\d.]*)/.exec(stdout.toString() + stderr)?.[1] ?? "unknown";
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
    throw new UserError("unavailable", "Prometheus is not installed. On Debian, `apt-get install prometheus` brings it and promtool.", { cause: error });
  }
}

function versionOf(command: string) {
  return run({ command, args: ["--version"], timeoutMs: 10_000, outputBytes: 10_000 });
}

async function postEvents(url: string, ok: number, failed: number): Promise<void> {
  const posted = (status: string, count: number) => Array.from({ length: count }, () => ({ category: "job", action, service: "cron", status, durationMs: 2 }));
  const body = Buffer.from(JSON.stringify([...posted("ok", ok), ...posted("error", failed)]));
  const answer = await send(`${url}/v1/events`, { headers: { "content-type": "application/json" }, body });
  if (answer.status !== 202) throw new Error(`emit-server did not take the events: ${answer.status} ${answer.body}`);
}

function events(status: string): string {
  return `paios_events_total{job="${job}",service="cron",category="job",action=${JSON.stringify(action)},status="${status}"}`;
}

interface Prometheus {
  /** The value of the one series a query has now; undefined when there is none. Throws when there are several. */
  value: (query: string) => Promise<number | undefined>;
  [Symbol.asyncDispose]: () => Promise<void>;
}

async function startPrometheus(folder: string, target: string): Promise<Prometheus> {
  const config = join(folder, "prometheus.yml");
  const address = `127.0.0.1:${await freePort()}`;
  writeFileSync(config, JSON.stringify({ scrape_configs: [{ job_name: job, scrape_interval: "1s", scrape_timeout: "1s", static_configs: [{ targets: [target] }] }] }));
  const args = [`--config.file=${config}`, `--storage.tsdb.path=${join(folder, "prometheus")}`, `--web.listen-address=${address}`, "--log.level=warn"];
  const child = spawn("prometheus", args, { cwd: folder, env: scratchEnvironment(folder), stdio: ["ignore", "ignore", "pipe"] });
  let stderr = "";
  child.stderr.on("data", (part: Buffer) => (stderr += part.toString()));
  const ended = new Promise<void>((resolve) => child.on("close", () => resolve()));
  const stop = async () => {
    child.kill("SIGTERM");
    const killer = setTimeout(() => child.kill("SIGKILL"), 5_000);
    await ended;
    clearTimeout(killer);
  };
  for (const deadline = Date.now() + waitMs; !(await isReady(address)); await wait(100)) {
    if (child.exitCode === null && Date.now() < deadline) continue;
    await stop();
    throw new Error(`Prometheus did not get ready: ${stderr}`);
  }
  return { value: (query) => valueOf(address, query), [Symbol.asyncDispose]: stop };
}

async function isReady(address: string): Promise<boolean> {
  const response = await fetch(`http://${address}/-/ready`).catch(() => undefined);
  await response?.arrayBuffer();
  return response?.ok ?? false;
}

async function valueOf(address: string, query: string): Promise<number | undefined> {
  const response = await fetch(`http://${address}/api/v1/query?query=${encodeURIComponent(query)}`);
  const answer = (await response.json()) as { status: string; error?: string; data?: { result: { value: [number, string] }[] } };
  const result = answer.data?.result ?? [];
  if (answer.status !== "success" || result.length > 1) throw new Error(`Prometheus answered ${query} with ${answer.error ?? `${result.length} series`}`);
  const [only] = result;
  return only && Number(only.value[1]);
}

/** Waits until the query has the value; a drain takes up to 2 s and a scrape 1 s. */
async function reaches(value: Prometheus["value"], query: string, wanted: number): Promise<void> {
  let found: number | undefined;
  for (const deadline = Date.now() + waitMs; Date.now() < deadline; await wait(250)) {
    found = await value(query);
    if (found === wanted) return;
  }
  throw new Error(`Prometheus has ${found ?? "nothing"} for ${query}, not ${wanted}`);
}

async function lint(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const { code, stdout, stderr } = await run({ command: "promtool", args: ["check", "metrics"], timeoutMs: 10_000, outputBytes: 1_000_000, input: text });
  if (code !== 0) throw new Error(`promtool does not accept the metrics (code ${code}): ${stdout.toString()}${stderr}`);
  return Buffer.byteLength(text);
}
