import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { closeObs, openAlerts, openObs } from "@paios/obs-server";
import { scratchEnvironment, temporaryFolder } from "@paios/shared/testing/temporary";
import { freePort } from "@paios/shared/testing/free-port";

const entry = join(import.meta.dirname, "../../apps/emit-server/dist/main.js");
const idleMs = 120_000;
const ticksPerSecond = 100;

/**
 * emit-server left alone for two minutes: its share of a core and its memory. Then a service is killed: the alert fires
 * within 60 s, and resolves when the service is back.
 */
export async function prove(): Promise<{ figures: Record<string, number | string> }> {
  using folder = temporaryFolder();
  const home = join(folder.path, "paios");
  mkdirSync(home);
  const port = await freePort();
  let gateway = await startGateway(port);
  writeFileSync(join(home, "openclaw.json"), JSON.stringify({ gateway: { port } }));
  writeFileSync(join(home, "paios.json"), JSON.stringify({ emit: { port: await freePort() } }));
  const child = spawn(process.execPath, [entry], { env: scratchEnvironment(folder.path, { PAIOS_HOME: home }), stdio: ["ignore", "ignore", "pipe"] });
  try {
    await new Promise((resolve) => child.stderr.once("data", resolve));
    const pid = child.pid ?? 0;
    await wait(20_000);
    const before = cpuTicks(pid);
    await wait(idleMs);
    const cpuPercent = ((cpuTicks(pid) - before) / ticksPerSecond / (idleMs / 1_000)) * 100;
    const megabytes = Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1_024;

    gateway.kill("SIGKILL");
    const firedMs = await until(home, (alerts) => alerts.some(({ rule, state }) => rule === "gateway-down" && state === "firing"));
    gateway = await startGateway(port);
    const resolvedMs = await until(home, (alerts) => !alerts.some(({ rule }) => rule === "gateway-down"));
    const figures = { idleCpuPercent: rounded(cpuPercent), idleMegabytes: rounded(megabytes), alertAfterSeconds: rounded(firedMs / 1_000), resolvedAfterSeconds: rounded(resolvedMs / 1_000) };
    if (cpuPercent > 0.5 || megabytes > 120 || firedMs > 60_000) throw new Error(`Over a limit (0.5 %, 120 MB, 60 s): ${JSON.stringify(figures)}`);
    return { figures };
  } finally {
    gateway.kill("SIGKILL");
    child.kill("SIGKILL");
  }
}

/** Something that says it is ready, in a process of its own, as the Gateway does. */
async function startGateway(port: number) {
  const script = `require("node:http").createServer((request, response) => response.setHeader("content-type", "application/json").end(JSON.stringify({ ready: true }))).listen(${port}, "127.0.0.1", () => console.log("up"))`;
  const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  await new Promise((resolve) => child.stdout.once("data", resolve));
  return child;
}

async function until(home: string, holds: (alerts: ReturnType<typeof openAlerts>) => boolean): Promise<number> {
  const started = performance.now();
  const obs = openObs(home);
  try {
    while (!holds(openAlerts(obs))) {
      if (performance.now() - started > 180_000) throw new Error("Waited three minutes for nothing");
      await wait(250);
    }
    return performance.now() - started;
  } finally {
    closeObs(obs);
  }
}

function cpuTicks(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return Number(fields[11]) + Number(fields[12]);
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
