import { createHash } from "node:crypto";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { run } from "@paios/shared/process";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { terminal } from "../setup/terminal.ts";
import { freePort } from "@paios/shared/testing/free-port";

const version = "2026.9.6";
const cache = join(import.meta.dirname, "../../node_modules/.cache/paios-clients");
const installMs = 15 * 60_000;
const readyMs = 120_000;

/** Setup with a real OpenClaw: it probes every server and lists its tools, its Gateway leaves its config alone at shutdown, and uninstall takes ours out. */
export async function prove(): Promise<{ figures: Record<string, number | string> }> {
  const programs = await fetchOpenClaw();
  using folder = temporaryFolder();
  const ai = await terminal(folder.path, programs);
  Object.assign(ai.env, { DO_NOT_TRACK: "1", OPENCLAW_NO_AUTO_UPDATE: "1" });
  const openclaw = async (...args: string[]) => (await run({ command: join(programs, "openclaw"), args, env: ai.env, cwd: ai.home, timeoutMs: 120_000, outputBytes: 10_000_000 })).stdout.toString("utf8");
  const started = performance.now();
  const done = ai.run("setup", "--yes", "--client", "gateway");
  if (done.status !== 0) throw new Error(done.stderr);
  const setupMs = Math.round(performance.now() - started);
  const servers = parse(await openclaw("mcp", "list", "--json"));
  const names = readdirSync(join(import.meta.dirname, "../../packages")).flatMap((name) => (name.endsWith("-server") ? [name.replace("-server", "")] : []));
  if (Object.keys(servers).sort().join() !== names.sort().join()) throw new Error(`OpenClaw has ${Object.keys(servers).join()}`);
  const probed = await openclaw("mcp", "probe", "--json");
  const tools = ["kb_search", "obs_query"].filter((name) => probed.includes(name));
  if (tools.length !== 2) throw new Error(`openclaw mcp probe does not list the tools: ${probed.slice(0, 2_000)}`);
  const readySeconds = await aroundAStop(programs, ai.env, ai.path(".openclaw", "openclaw.json"));
  if (ai.run("setup", "--uninstall", "--yes").status !== 0) throw new Error("uninstall failed");
  const left = parse(await openclaw("mcp", "list", "--json"));
  if (Object.keys(left).length > 0) throw new Error(`uninstall left ${Object.keys(left).join()}`);
  return { figures: { openclaw: version, setupMs, serversProbed: names.length, gatewayReadySeconds: readySeconds, configRewrittenAtShutdown: 0, leftAfterUninstall: 0 } };
}

/** CHANGE-03: its config has the same hash before and after a SIGTERM. */
async function aroundAStop(programs: string, env: Record<string, string>, config: string): Promise<number> {
  const port = await freePort();
  const started = performance.now();
  const gateway = spawn(join(programs, "openclaw"), ["gateway", "run", "--port", String(port), "--allow-unconfigured", "--auth", "token", "--token", "dummy"], { env, stdio: "pipe" });
  let said = "";
  for (const stream of [gateway.stdout, gateway.stderr]) stream.on("data", (part: Buffer) => (said = (said + part.toString()).slice(-4_000)));
  try {
    while (!(await isReady(port))) {
      if (gateway.exitCode !== null || performance.now() - started > readyMs) throw new Error(`The Gateway did not get ready: ${said}`);
      await wait(500);
    }
    const seconds = Math.round((performance.now() - started) / 1_000);
    const before = hashOf(config);
    gateway.kill("SIGTERM");
    await once(gateway, "close");
    if (hashOf(config) !== before) throw new Error("The Gateway rewrote its config at shutdown");
    return seconds;
  } finally {
    if (gateway.exitCode === null && gateway.signalCode === null) gateway.kill("SIGKILL");
  }
}

async function isReady(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/ready`)).ok;
  } catch {
    return false;
  }
}

function hashOf(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}

function parse(text: string): Record<string, unknown> {
  const start = text.indexOf("{");
  return start < 0 ? {} : (JSON.parse(text.slice(start)) as Record<string, unknown>);
}

async function fetchOpenClaw(): Promise<string> {
  const folder = join(cache, `openclaw-${version}`);
  const bin = join(folder, "node_modules", ".bin");
  if (existsSync(bin)) return bin;
  mkdirSync(cache, { recursive: true });
  const partial = mkdtempSync(join(cache, "partial-"));
  const path = [dirname(process.execPath), process.env["PATH"]].join(delimiter);
  const { code, stderr } = await run({ command: "npm", args: ["install", "--prefix", partial, "--ignore-scripts", "--no-audit", "--no-fund", `openclaw@${version}`], cwd: partial, timeoutMs: installMs, outputBytes: 1_000_000, env: { ...process.env, PATH: path } });
  if (code !== 0) throw new Error(`npm could not install OpenClaw: ${stderr.slice(-1_000)}`);
  renameSync(partial, folder);
  return bin;
}
