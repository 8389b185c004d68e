import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { evaluateAlerts } from "../alerts/evaluate.ts";
import { openAlerts } from "../alerts/alert.ts";
import { parsePs, serviceOf, serviceProcesses } from "./processes.ts";
import { runChecks } from "./run.ts";
import { testHome } from "./testing/home.ts";

const now = Date.UTC(2026, 10, 21);

it.runIf(process.platform === "linux")("LOG-17 a process of ours that eats memory and CPU is noticed, and the alert ends with it", async () => {
  using home = testHome();
  const entry = join(home.path, "node_modules/@paios/glutton-server/dist/main.js");
  mkdirSync(dirname(entry), { recursive: true });
  writeFileSync(entry, "const eaten = Buffer.alloc(200 * 1024 * 1024, 1); process.stdout.write('eating'); for (;;) eaten[0]++;");
  const child = spawn(process.execPath, [entry], { stdio: ["ignore", "pipe", "ignore"] });
  try {
    await once(child.stdout, "data");
    const glutton = (await serviceProcesses(AbortSignal.timeout(10_000))).find(({ pid }) => pid === child.pid);
    expect(glutton).toMatchObject({ service: "glutton-server" });
    expect(glutton?.bytes).toBeGreaterThan(200 * 1024 * 1024);
    expect(glutton?.cpuPercent).toBeGreaterThan(10);
    Object.assign(home.obs.config.alerts, { serviceMemoryMegabytes: 200, serviceCpuPercent: 10 });
    for (let minute = 0; minute <= 4; minute++) {
      await runChecks(home.obs, { now: now + minute * 60_000, only: ["memory", "cpu"] });
      evaluateAlerts(home.obs, now + minute * 60_000);
    }
    expect(firing()).toEqual(["service-cpu:glutton-server", "service-memory:glutton-server"]);
  } finally {
    child.kill("SIGKILL");
    await once(child, "close");
  }
  await runChecks(home.obs, { now: now + 300_000, only: ["memory", "cpu"] });
  evaluateAlerts(home.obs, now + 300_000);
  expect(firing()).toEqual([]);

  function firing(): string[] {
    return openAlerts(home.obs).filter(({ state, fingerprint }) => state === "firing" && fingerprint.endsWith("glutton-server")).map(({ fingerprint }) => fingerprint).sort();
  }
});

it("our services and the Gateway are known by their command lines", () => {
  expect([
    "/home/p/.openclaw/bin/node /opt/paios/packages/kb-server/dist/main.js --http x",
    "node /opt/paios/apps/heartbeat/dist/main.js run",
    "node /usr/lib/node_modules/@paios/obs-server/dist/main.js",
    "openclaw-gateway",
    "node /usr/lib/node_modules/openclaw/openclaw.mjs gateway --port 18789",
    "node /opt/other/dist/main.js",
    "vim packages/kb-server/src/main.ts",
  ].map(serviceOf)).toEqual(["kb-server", "heartbeat", "obs-server", "gateway", "gateway", undefined, undefined]);
});

it("what ps prints on macOS is read", () => {
  const lines = "  101   501  204800  12,5 /Users/p/.openclaw/bin/node /Users/p/paios/apps/emit-server/dist/main.js\n  102   502  1 0.0 node /Users/q/paios/apps/emit-server/dist/main.js\n    1     0  1  0.1 /sbin/launchd\n";
  expect(parsePs(lines, 501)).toEqual([{ service: "emit-server", pid: 101, bytes: 209_715_200, cpuPercent: 12.5 }]);
});
