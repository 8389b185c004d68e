import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, renameSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { run } from "@paios/shared/process";

export const version = "2026.9.6";
export const token = "dummy";
/** It neither updates itself nor reports. */
export const quiet = { DO_NOT_TRACK: "1", OPENCLAW_NO_AUTO_UPDATE: "1" };
const cache = join(import.meta.dirname, "../../node_modules/.cache/paios-clients");
const installMs = 15 * 60_000;
const readyMs = 120_000;
const stopMs = 30_000;

interface RealGateway extends AsyncDisposable {
  readySeconds: number;
  /** SIGTERM, and waits until it is gone. Throws when it had to be killed. */
  stop: () => Promise<void>;
}

/** The folder with the program `openclaw`, fetched on first use. */
export async function fetchOpenClaw(): Promise<string> {
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

/** A Gateway on loopback, ready. */
export async function startGateway(programs: string, env: Record<string, string>, port: number): Promise<RealGateway> {
  const started = performance.now();
  const gateway = spawn(join(programs, "openclaw"), ["gateway", "run", "--port", String(port), "--bind", "loopback", "--allow-unconfigured", "--auth", "token", "--token", token], { env, stdio: "pipe" });
  let said = "";
  for (const stream of [gateway.stdout, gateway.stderr]) stream.on("data", (part: Buffer) => (said = (said + part.toString()).slice(-4_000)));
  const ended = once(gateway, "exit");
  const end = async () => {
    gateway.kill("SIGTERM");
    const killer = setTimeout(() => gateway.kill("SIGKILL"), stopMs);
    await ended;
    clearTimeout(killer);
    if (gateway.signalCode !== null) throw new Error(`The Gateway did not stop by itself: ${said}`);
  };
  while (!(await isReady(port))) {
    if (gateway.exitCode !== null || performance.now() - started > readyMs) {
      await end();
      throw new Error(`The Gateway did not get ready: ${said}`);
    }
    await wait(500);
  }
  return { readySeconds: Math.round((performance.now() - started) / 1_000), stop: end, [Symbol.asyncDispose]: end };
}

async function isReady(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/ready`)).ok;
  } catch {
    return false;
  }
}
