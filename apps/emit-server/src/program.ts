import { parseArgs } from "node:util";
import { appendIntake, checkConfigAtLoad, closeObs, counters, drain, healthReport, type Obs, openAlerts, openObs, outboxWaiting } from "@paios/obs-server";
import { readConfig } from "@paios/shared/config";
import { UserError } from "@paios/shared/errors";
import manifest from "../package.json" with { type: "json" };
import { emitConfig } from "./config.ts";
import { createApp } from "./http/app.ts";
import { listen } from "./http/listen.ts";
import { createLog } from "@paios/shared/log";
import { startLoop } from "./loop.ts";
import { renderMetrics } from "./prometheus.ts";

/** What is left at the end is drained for so long; the next process does the rest. */
const lastDrainMs = 200;

/** Runs until SIGTERM or SIGINT. Exit codes: 0 ended as asked, 1 could not start, 2 arguments not understood. */
export async function run(args: readonly string[], home: string, environment: NodeJS.ProcessEnv): Promise<number> {
  const ending = endSignal();
  const log = createLog("paios-emit", (line) => process.stderr.write(line));
  try {
    const options = readArguments(args);
    if (options.help || options.version) {
      process.stdout.write(options.help ? help : `${manifest.version}\n`);
      return 0;
    }
    await serveUntil(ending, { home, environment, port: options.port, log });
    return 0;
  } catch (error) {
    log(error);
    return error instanceof UserError && error.code === "bad_input" ? 2 : 1;
  }
}

interface Serving {
  home: string;
  environment: NodeJS.ProcessEnv;
  port: number | undefined;
  log: (error: unknown) => void;
}

async function serveUntil(ending: Promise<void>, { home, environment, port, log }: Serving): Promise<void> {
  const { value: config, problems } = readConfig(home, "emit", emitConfig);
  const obs = openObs(home);
  try {
    for (const problem of [...problems, ...obs.problems]) log(new UserError("config", problem));
    checkConfigAtLoad(obs, Date.now());
    const app = createApp({
      accept: (events) => appendIntake(obs, events),
      health: () => healthReport(obs, Date.now()),
      metrics: () => metricsOf(obs),
      log,
    });
    const listening = await listen(app, port ?? config.port);
    process.stderr.write(`paios-emit listens on ${listening.url}\n`);
    const loop = startLoop(obs, environment, log);
    await ending;
    loop.stop();
    await listening.close();
    drain(obs, lastDrainMs);
  } finally {
    closeObs(obs);
  }
}

function metricsOf(obs: Obs): string {
  const { user, system } = process.cpuUsage();
  return renderMetrics({
    version: manifest.version,
    counters: counters(obs),
    checks: healthReport(obs, Date.now()).checks,
    alerts: openAlerts(obs),
    outboxWaiting: outboxWaiting(obs),
    residentBytes: process.memoryUsage.rss(),
    cpuSeconds: (user + system) / 1e6,
  });
}

function endSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once("SIGTERM", () => resolve()).once("SIGINT", () => resolve());
  });
}

function readArguments(args: readonly string[]): { port: number | undefined; help: boolean; version: boolean } {
  const { port, help: wantsHelp, version } = parseOptions(args);
  if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) <= 65_535)) throw new UserError("bad_input", "--port takes a number from 0 to 65535; 0 is any free one.");
  return { port: port === undefined ? undefined : Number(port), help: wantsHelp ?? false, version: version ?? false };
}

function parseOptions(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: { port: { type: "string" }, help: { type: "boolean", short: "h" }, version: { type: "boolean" } } }).values;
  } catch (error) {
    throw new UserError("bad_input", "The arguments were not understood. `paios-emit --help` lists them.", { cause: error });
  }
}

const help = `paios-emit: the resident intake of PAIOS, on loopback only.

  --port N     listen on 127.0.0.1:N (default: "emit": { "port": … } of paios.json, else 4747)
  --version    print the version
  --help       print this

POST /v1/events                           one event or an array, as JSON
POST /v1/traces, /v1/logs, /v1/metrics    OTLP over HTTP, JSON or protobuf, plain or gzip
GET  /healthz, /health, /metrics          it lives; the full report; Prometheus text

Data lives in $PAIOS_HOME (default ~/.openclaw). SIGTERM ends it.
`;
