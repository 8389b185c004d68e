import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { scratchEnvironment } from "@paios/shared/testing/temporary";

const entry = join(import.meta.dirname, "../../apps/emit-server/dist/main.js");

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface Emit {
  url: string;
  pid: number;
  stderr: () => string;
  /** Ends it and waits. */
  end: (signal?: NodeJS.Signals) => Promise<Ended & { tookMs: number }>;
  [Symbol.asyncDispose]: () => Promise<void>;
}

/** The built emit-server on a free port, its home below `folder`; ready when it said its address. */
export async function startEmit(folder: string, args: readonly string[] = ["--port", "0"]): Promise<Emit> {
  const { child, ended, output } = spawnEmit(folder, args);
  const exited = ended.then(() => {
    throw new Error(`paios-emit ended before it listened: ${output.stderr}`);
  });
  exited.catch(() => {});
  const url = await Promise.race([addressIn(output), exited]);
  const end = async (signal: NodeJS.Signals = "SIGTERM") => {
    const started = performance.now();
    child.kill(signal);
    return { ...(await ended), tookMs: performance.now() - started };
  };
  return { url, pid: child.pid ?? 0, stderr: () => output.stderr, end, [Symbol.asyncDispose]: async () => void (await end("SIGKILL")) };
}

/** Runs the built emit-server to its end. */
export function runEmit(folder: string, args: readonly string[]): Promise<Ended> {
  return spawnEmit(folder, args).ended;
}

function spawnEmit(folder: string, args: readonly string[]) {
  const child = spawn(process.execPath, [entry, ...args], { env: scratchEnvironment(folder), stdio: ["ignore", "pipe", "pipe"] });
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (part: Buffer) => (output.stdout += part.toString()));
  child.stderr.on("data", (part: Buffer) => (output.stderr += part.toString()));
  const ended = new Promise<Ended>((resolve) => child.on("close", (code) => resolve({ code, ...output })));
  return { child, ended, output };
}

async function addressIn(output: { stderr: string }): Promise<string> {
  for (const deadline = Date.now() + 15_000; Date.now() < deadline; await wait(10)) {
    const url = /listens on (http:\/\/\S+)\n/.exec(output.stderr)?.[1];
    if (url) return url;
  }
  throw new Error(`paios-emit did not say its address in 15 s: ${output.stderr}`);
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** One request with any header, Host too. An answer that comes before the body is sent counts. */
export function send(url: string, { method = "POST", headers = {}, body }: { method?: string; headers?: Record<string, string>; body?: Buffer | Iterable<Buffer> }): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { method, headers, agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts).toString() }));
      response.on("error", reject);
    });
    request.on("error", reject);
    if (body === undefined || Buffer.isBuffer(body)) request.end(body);
    else void writeAll(request, body);
  });
}

async function writeAll(request: ReturnType<typeof httpRequest>, parts: Iterable<Buffer>): Promise<void> {
  const closed = new Promise((resolve) => request.once("close", resolve));
  for (const part of parts) {
    if (request.destroyed) return;
    if (!request.write(part)) await Promise.race([new Promise((resolve) => request.once("drain", resolve)), closed]);
  }
  request.end();
}

/** The samples of /metrics by name and labels. Throws for a line that is no Prometheus text. */
export async function scrape(url: string): Promise<Map<string, number>> {
  const response = await fetch(`${url}/metrics`);
  const samples = new Map<string, number>();
  for (const line of (await response.text()).trimEnd().split("\n")) {
    if (/^# (HELP [a-z_]+ .+|TYPE [a-z_]+ (counter|gauge))$/.test(line)) continue;
    const [, series, value] = /^([a-z_]+(?:\{(?:[a-z]+="(?:[^"\\\n]|\\["\\n])*",?)+\})?) (\S+)$/.exec(line) ?? [];
    if (!series || Number.isNaN(Number(value)) || samples.has(series)) throw new Error(`Not Prometheus text, or twice: ${line}`);
    samples.set(series, Number(value));
  }
  return samples;
}

/** Waits until the counter of these events has this value, which drains take up to 2 s for. */
export async function countReaches(url: string, service: string, action: string, wanted: number, status = "ok"): Promise<number> {
  const series = new RegExp(`^paios_events_total\\{service="${service}",category="[^"]*",action="${action}",status="${status}"\\}$`);
  let count = 0;
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; await wait(100)) {
    count = [...(await scrape(url))].find(([name]) => series.test(name))?.[1] ?? 0;
    if (count >= wanted) break;
  }
  return count;
}

/** The most memory a process ever had, in bytes. */
export function peakBytes(pid: number): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) * 1024;
}

/** CPU seconds a process has used. */
export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\) /s, "").split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
