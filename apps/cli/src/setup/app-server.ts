import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import { UserError } from "@paios/shared/errors";
import { killGroup } from "@paios/shared/process";

export interface AppServerOptions {
  codex: string;
  env: NodeJS.ProcessEnv;
  cwd: string;
  timeoutMs: number;
}

/** Sends a request and resolves with its result; rejects when Codex answers with an error. */
export type Request = (method: string, params: object) => Promise<unknown>;

const endMs = 1_000;
const killedMs = 1_500;

/**
 * Starts `codex app-server`, shakes hands, gives `work` a way to ask, and ends it with all it started. Rejects with
 * UserError("timed_out") when all of it takes longer than `timeoutMs`, and with "unavailable" when Codex ends early.
 */
export async function askCodex<T>({ codex, env, cwd, timeoutMs }: AppServerOptions, work: (request: Request) => Promise<T>): Promise<T> {
  const child = spawn(codex, ["app-server"], { env, cwd, detached: true, stdio: "pipe" });
  child.stderr.resume();
  const closed = once(child, "close").catch(() => {});
  const timer = new AbortController();
  try {
    return await Promise.race([talk(child, work), limit(timeoutMs, timer.signal), ended(child)]);
  } finally {
    timer.abort();
    await end(child, closed);
  }
}

async function talk<T>(child: ChildProcessWithoutNullStreams, work: (request: Request) => Promise<T>): Promise<T> {
  const request = openRequests(child);
  await request("initialize", { clientInfo: { name: "paios", title: "PAIOS setup", version: "1" }, capabilities: { experimentalApi: true } });
  child.stdin.write(`${JSON.stringify({ method: "initialized" })}\n`);
  return work(request);
}

function openRequests(child: ChildProcessWithoutNullStreams): Request {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let lastId = 0;
  // Writing to a Codex that has ended shows in `ended`.
  child.stdin.on("error", () => {});
  createInterface({ input: child.stdout }).on("line", (line) => {
    const { id, result, error } = parse(line);
    const asked = typeof id === "number" ? waiting.get(id) : undefined;
    if (!asked) return;
    waiting.delete(id as number);
    if (error) asked.reject(new UserError("unavailable", "Codex refused the question. Check codex --version: it may be too old."));
    else asked.resolve(result);
  });
  return (method, params) =>
    new Promise((resolve, reject) => {
      const id = ++lastId;
      waiting.set(id, { resolve, reject });
      child.stdin.write(`${JSON.stringify({ id, method, params })}\n`);
    });
}

async function limit(timeoutMs: number, signal: AbortSignal): Promise<never> {
  await wait(timeoutMs, undefined, { signal });
  throw new UserError("timed_out", `codex app-server took longer than ${timeoutMs / 1_000} s and was ended.`);
}

function ended(child: ChildProcessWithoutNullStreams): Promise<never> {
  return new Promise((_, reject) => {
    child.on("error", (cause) => reject(new UserError("unavailable", "codex app-server cannot be started.", { cause })));
    child.on("close", () => reject(new UserError("unavailable", "codex app-server ended early. Run codex once and read what it says.")));
  });
}

/** Closing its input ends Codex and its servers; what is left of the group is ended. */
async function end(child: ChildProcessWithoutNullStreams, closed: Promise<unknown>): Promise<void> {
  child.stdin.end();
  await Promise.race([closed, wait(endMs, undefined, { ref: false })]);
  killGroup(child.pid);
  if (child.exitCode === null && child.signalCode === null) await Promise.race([closed, wait(killedMs)]);
}

function parse(line: string): { id?: unknown; result?: unknown; error?: unknown } {
  try {
    return (JSON.parse(line) ?? {}) as { id?: unknown };
  } catch {
    return {};
  }
}
